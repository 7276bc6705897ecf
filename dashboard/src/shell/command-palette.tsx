/** Ctrl K: every page and command by name, live campaigns by title, and the typed text as a search in messages and profiles. */
import { useDebouncedValue } from "@mantine/hooks";
import { Spotlight, spotlight } from "@mantine/spotlight";
import { IconArrowRight, IconBroadcast, IconSearch } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import type { CampaignRowView } from "../../../server/src/actions/campaigns/campaign-pages.ts";
import { useRead } from "../api/use-read.ts";
import { hasPage } from "../router/page-route.ts";
import { type Permission, useProject } from "../router/project-context.ts";
import { fullLabel, waysFor } from "./navigation.ts";

export const palette = { open: (): void => spotlight.open() };

interface Command {
  readonly id: string;
  readonly label: string;
  readonly hint?: string;
  readonly icon: ReactNode;
  run(): void;
}

/** Where a typed text can be looked for. */
const SEARCHES: readonly { to: string; permission: Permission; label: (text: string) => string }[] = [
  { to: "messages", permission: "messages.read", label: (text) => `Find “${text}” in messages` },
  { to: "profiles", permission: "profiles.read", label: (text) => `Find the user profile “${text}”` },
  { to: "campaigns/live", permission: "campaigns.read", label: (text) => `Find “${text}” in campaigns` },
];

const PAUSE_MS = 150;

export function CommandPalette() {
  const [query, setQuery] = useState("");
  const groups = useCommands(query.trim());
  const isEmpty = groups.every(({ commands }) => commands.length === 0);
  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut="mod + K"
      scrollable
      maxHeight={420}
      clearQueryOnClose
      overlayProps={{ blur: 2, backgroundOpacity: 0.3 }}
      attributes={{ content: { "aria-label": "Commands and search" } }}
    >
      <Spotlight.Search
        placeholder="Go to, create, find…"
        aria-label="Go to, create, find"
        leftSection={<IconSearch size={18} aria-hidden />}
      />
      <Spotlight.ActionsList>
        {groups
          .filter(({ commands }) => commands.length > 0)
          .map(({ label, commands }) => (
            <Spotlight.ActionsGroup key={label} label={label}>
              {commands.map((command) => (
                <Spotlight.Action
                  key={command.id}
                  label={command.label}
                  {...(command.hint !== undefined && { description: command.hint })}
                  leftSection={command.icon}
                  onClick={command.run}
                />
              ))}
            </Spotlight.ActionsGroup>
          ))}
        {isEmpty && <Spotlight.Empty>Nothing is called that. Try fewer letters.</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function useCommands(query: string): { label: string; commands: Command[] }[] {
  const project = useProject();
  const navigate = useNavigate();
  const campaigns = useFoundCampaigns(query);
  const go = (to: string, search: Record<string, string> = {}): void =>
    void navigate({ to: project.path(to), search });
  const ways = waysFor(project)
    .filter((way) => matches(`${fullLabel(way)} ${way.words ?? ""}`, query))
    .map((way) => ({
      id: `way-${way.to}`,
      label: fullLabel(way),
      icon: <way.icon size={17} stroke={1.7} aria-hidden />,
      run: () => go(way.to),
    }));
  const searches = SEARCHES.filter(
    ({ to, permission }) => query !== "" && hasPage(to) && project.can(permission),
  ).map(({ to, label }) => ({
    id: `search-${to}`,
    label: label(query),
    icon: <IconArrowRight size={17} stroke={1.7} aria-hidden />,
    run: () => go(to, { q: query }),
  }));
  const found = campaigns.map(({ id, title }) => ({
    id: `campaign-${id}`,
    label: title,
    hint: `Campaign ${id}`,
    icon: <IconBroadcast size={17} stroke={1.7} aria-hidden />,
    run: () => go(`campaigns/${id}`),
  }));
  return [
    { label: "Go to", commands: ways },
    { label: "Live campaigns", commands: found },
    { label: "Search", commands: searches },
  ];
}

/** Each word of the query begins a word of the text. */
function matches(text: string, query: string): boolean {
  const words = text.toLowerCase().split(/[\s/:-]+/);
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((part) => words.some((word) => word.startsWith(part)));
}

function useFoundCampaigns(query: string): readonly CampaignRowView[] {
  const { can } = useProject();
  const [asked] = useDebouncedValue(query, PAUSE_MS);
  const enabled = asked.length >= 2 && hasPage("campaigns/$id") && can("campaigns.read");
  const { data } = useRead<CampaignRowView[]>({
    noun: "campaigns",
    path: "/campaigns",
    query: { state: "live", q: asked, limit: 5 },
    enabled,
  });
  return enabled ? (data ?? []) : [];
}
