/** Around everything that is shown of one campaign: its title and state, the ways to move it, its tabs. */
import { ActionIcon, Menu, Skeleton, Stack } from "@mantine/core";
import {
  IconAlertTriangle,
  IconCopyPlus,
  IconDots,
  IconPlayerPlay,
  IconPlayerStop,
  IconTemplateOff,
  IconTrash,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { type ReactNode, useState } from "react";
import { isStatus } from "../../api/api-error.ts";
import { useRead } from "../../api/use-read.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { ButtonLink, usePathParam } from "../../router/links.tsx";
import { hasPage } from "../../router/page-route.ts";
import { useProject } from "../../router/project-context.ts";
import { type Campaign, type CampaignCheck, LISTS, listOf } from "./campaign.ts";
import { type Asked, CampaignMoveDialog, type Move } from "./campaign-moves.tsx";
import { type LinkTab, LinkTabs } from "./link-tabs.tsx";

type Loaded = { readonly campaign: Campaign } | { readonly campaign: null; readonly instead: ReactNode };

/** The campaign of the path, or what stands in its place while it is not there. */
export function useCampaign(): Loaded {
  const id = usePathParam("id");
  const isNumber = /^\d{1,15}$/.test(id);
  const { data, error, refetch } = useRead<Campaign>({
    noun: "campaigns",
    path: `/campaigns/${Number(id)}`,
    enabled: isNumber,
  });
  if (!isNumber || isStatus(error, 404)) return { campaign: null, instead: <Missing id={id} /> };
  if (data !== undefined) return { campaign: data };
  if (error !== null) {
    const instead = (
      <>
        <PageHeader title={`Campaign ${id}`} />
        <ErrorNotice title="The campaign cannot be shown" error={error} retry={() => void refetch()} />
      </>
    );
    return { campaign: null, instead };
  }
  return { campaign: null, instead: <Pending id={id} /> };
}

function Missing({ id }: { readonly id: string }) {
  return (
    <>
      <PageHeader title={`Campaign ${id}`} />
      <EmptyState
        icon={IconTemplateOff}
        title="There is no such campaign in this project"
        actions={<ButtonLink to="campaigns/live">See the live campaigns</ButtonLink>}
      >
        It may have been deleted as a draft, or belong to another project.
      </EmptyState>
    </>
  );
}

const GHOSTS = [0, 1, 2];

function Pending({ id }: { readonly id: string }) {
  return (
    <>
      <PageHeader title={`Campaign ${id}`} />
      <Stack role="status" aria-label="Loading">
        {GHOSTS.map((key) => (
          <Skeleton key={key} height={key === 0 ? 36 : 120} />
        ))}
      </Stack>
    </>
  );
}

export interface CampaignFrameProps {
  readonly campaign: Campaign;
  readonly title: string;
  readonly actions?: ReactNode;
  /** Faults are marked at the tab that mends them. */
  readonly check?: CampaignCheck | null;
  readonly children: ReactNode;
}

export function CampaignFrame({ campaign, title, actions, check = null, children }: CampaignFrameProps) {
  const [asked, setAsked] = useState<Asked | null>(null);
  const navigate = useNavigate();
  const { path } = useProject();
  const list = listOf(campaign.state);
  const afterMove = (move: Move): void => {
    if (move === "delete") void navigate({ to: path("campaigns/drafts"), replace: true });
  };
  return (
    <>
      <PageHeader
        title={title || "Untitled"}
        badge={<StateBadge state={campaign.state} />}
        trail={[{ label: LISTS[list].title, to: `campaigns/${list}` }]}
        actions={
          <>
            {actions}
            <CampaignMenu campaign={campaign} ask={setAsked} />
          </>
        }
      />
      <LinkTabs label="Campaign" tabs={tabsOf(campaign, check)} />
      {children}
      <CampaignMoveDialog asked={asked} close={() => setAsked(null)} onDone={afterMove} />
    </>
  );
}

function tabsOf({ id, state }: Campaign, check: CampaignCheck | null): LinkTab[] {
  const isDraft = state === "draft";
  const to = (tab: string): string => `campaigns/${id}${tab === "" ? "" : `/${tab}`}`;
  const fault = (check?.templates.length ?? 0) > 0 && (
    <IconAlertTriangle size={14} role="img" aria-label="has an error" color="var(--bad)" />
  );
  return [
    ...(isDraft ? [] : [{ label: "Overview", to: to("") }]),
    { label: "Setup", to: to("setup") },
    { label: "Content", to: to("content"), mark: fault },
    { label: "Segment", to: to("segment") },
    { label: "Schedule", to: to("schedule") },
    { label: "Preview", to: to("preview") },
    ...(isDraft ? [{ label: "Review & launch", to: to("launch") }] : []),
    { label: "Versions", to: to("versions") },
    ...(!isDraft && hasPage("campaigns/$id/results") ? [{ label: "Results", to: to("results") }] : []),
  ];
}

function CampaignMenu({ campaign, ask }: { readonly campaign: Campaign; ask(asked: Asked): void }) {
  const { can } = useProject();
  const { id, title, state } = campaign;
  const items: readonly [isOffered: boolean, move: Move, label: string, Sign: typeof IconDots][] = [
    [can("campaigns.edit"), "duplicate", "Duplicate", IconCopyPlus],
    [can("campaigns.launch") && state === "live", "stop", "Stop", IconPlayerStop],
    [can("campaigns.launch") && state === "stopped", "start", "Start again", IconPlayerPlay],
    [can("campaigns.edit") && state === "draft", "delete", "Delete the draft", IconTrash],
  ];
  const offered = items.filter(([isOffered]) => isOffered);
  if (offered.length === 0) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={34} aria-label="More for this campaign">
          <IconDots size={16} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        {offered.map(([, move, label, Sign]) => (
          <Menu.Item
            key={move}
            leftSection={<Sign size={16} aria-hidden />}
            {...(move === "delete" && { color: "red" })}
            onClick={() => ask({ move, id, title })}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
