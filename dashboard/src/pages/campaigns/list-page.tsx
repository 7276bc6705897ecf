/** Existing campaigns: live, drafts, past. Found by title or id, opened by Enter, moved from the row's menu. */
import { Text } from "@mantine/core";
import { IconTemplate } from "@tabler/icons-react";
import { useLocation } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useReadList } from "../../api/use-read.ts";
import { ChannelIcon, channelLabel } from "../../components/channel.tsx";
import { MonoField } from "../../components/copy.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { ButtonLink, PageLink } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import { useUrlState } from "../../router/url-state.ts";
import { type CampaignRow, LISTS } from "./campaign.ts";
import { type Asked, CampaignMoveDialog } from "./campaign-moves.tsx";
import styles from "./campaigns.module.css";
import { LinkTabs } from "./link-tabs.tsx";
import { RowMenu } from "./row-menu.tsx";

type Tab = keyof typeof LISTS;
const USUAL = { q: "" };

/** A draft is opened to be written, what was launched to be looked at. */
const pageOf = ({ id, state }: CampaignRow): string =>
  state === "draft" ? `campaigns/${id}/content` : `campaigns/${id}`;

export default function CampaignListPage() {
  const { pathname } = useLocation();
  const tab = (Object.keys(LISTS) as Tab[]).find((name) => pathname.endsWith(`/${name}`)) ?? "live";
  const [{ q }, set] = useUrlState(USUAL);
  const [asked, setAsked] = useState<Asked | null>(null);
  const { can } = useProject();
  const list = useReadList<CampaignRow>({
    noun: "campaigns",
    path: "/campaigns",
    query: { state: LISTS[tab].state, q },
  });
  const columns = useMemo(() => columnsFor(tab, setAsked), [tab]);
  return (
    <>
      <PageHeader
        title={LISTS[tab].title}
        hint="API-triggered templates. Your backend sends them by their ID."
        actions={can("campaigns.edit") && <ButtonLink to="campaigns/new">Create campaign</ButtonLink>}
      />
      <LinkTabs
        label="Existing campaigns"
        tabs={[
          { label: "Live", to: "campaigns/live" },
          { label: "Drafts", to: "campaigns/drafts" },
          { label: "Past", to: "campaigns/past" },
        ]}
      />
      <div className={styles.tools}>
        <SearchField label="Search by title or ID" value={q} onChange={(value) => set({ q: value })} />
      </div>
      <DataTable
        label={LISTS[tab].title}
        columns={columns}
        list={list}
        keyOf={({ id }) => id}
        pageOf={pageOf}
        spentHeight={330}
        empty={q === "" ? <Nothing tab={tab} /> : <NotFound q={q} tab={tab} />}
      />
      <CampaignMoveDialog asked={asked} close={() => setAsked(null)} />
    </>
  );
}

const columnsFor = (tab: Tab, ask: (asked: Asked) => void): readonly Column<CampaignRow>[] => [
  {
    key: "title",
    label: "Title",
    width: "minmax(150px, 2.4fr)",
    render: (row) => (
      <div className={styles.rowHead}>
        <PageLink to={pageOf(row)} c="inherit" fw={550} className={styles.rowTitle}>
          {row.title}
        </PageLink>
        {tab === "past" && <StateBadge state={row.state} />}
      </div>
    ),
  },
  {
    key: "id",
    label: "ID",
    width: "82px",
    render: ({ id }) => <MonoField value={String(id)} label={`Copy the ID ${id}`} />,
  },
  {
    key: "channels",
    label: "Channels",
    width: "minmax(120px, 1fr)",
    isExtra: true,
    render: ({ channels }) => <Channels names={channels} />,
  },
  {
    key: "by",
    label: "Changed by",
    width: "minmax(120px, 1.3fr)",
    isExtra: true,
    render: ({ updated_by: by }) => by ?? "–",
  },
  {
    key: "time",
    label: "Changed",
    width: "110px",
    isExtra: true,
    render: ({ update_time: time }) => <TimeAgo value={time} />,
  },
  {
    key: "menu",
    label: "More",
    width: "48px",
    align: "end",
    render: (row) => <RowMenu row={row} ask={ask} />,
  },
];

function Channels({ names }: { readonly names: readonly string[] }) {
  if (names.length === 0) return <Text size="sm">none yet</Text>;
  return (
    <span className={styles.channels}>
      {names.map((name) => (
        <span key={name} title={channelLabel(name)}>
          <ChannelIcon name={name} />
          {names.length < 3 && ` ${channelLabel(name)}`}
          {names.length >= 3 && <span className={styles.hidden}>{channelLabel(name)}</span>}
        </span>
      ))}
    </span>
  );
}

const EMPTY = {
  live: {
    title: "No template is live",
    text: "A live template has an ID that your backend sends it by. Write one and launch it, or launch a draft.",
  },
  drafts: {
    title: "No drafts",
    text: "Create your first template: a text with {{ placeholders }} that each call fills in.",
  },
  past: { title: "Nothing here", text: "Templates that were stopped or have ended are kept here." },
} as const;

function Nothing({ tab }: { readonly tab: Tab }) {
  const { can } = useProject();
  return (
    <EmptyState
      icon={IconTemplate}
      title={EMPTY[tab].title}
      actions={
        can("campaigns.edit") &&
        tab !== "past" && <ButtonLink to="campaigns/new">Create your first template</ButtonLink>
      }
    >
      {EMPTY[tab].text}
    </EmptyState>
  );
}

function NotFound({ q, tab }: { readonly q: string; readonly tab: Tab }) {
  const others = (Object.keys(LISTS) as Tab[]).filter((name) => name !== tab);
  return (
    <EmptyState
      icon={IconTemplate}
      title={`Nothing with “${q}”`}
      actions={others.map((name) => (
        <ButtonLink key={name} to={`campaigns/${name}`} search={{ q }} variant="default">
          {`Search in ${LISTS[name].title.toLowerCase()}`}
        </ButtonLink>
      ))}
    >
      No campaign of this list has that in its title or as its ID.
    </EmptyState>
  );
}
