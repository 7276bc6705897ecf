/** How the messages of each channel leave: by a gateway of this project, of the instance, or not at all (sandbox). */
import { IconPlugConnected } from "@tabler/icons-react";
import { useRead } from "../../api/use-read.ts";
import { ChannelName, channelLabel } from "../../components/channel.tsx";
import { type Column, DataTable, wholeList } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { PageLink } from "../../router/links.tsx";
import { type Gateway, kindLabel, placeOf } from "./gateway.ts";

const COLUMNS: readonly Column<Gateway>[] = [
  {
    key: "channel",
    label: "Channel",
    width: "minmax(110px, 1fr)",
    render: ({ channel }) => <ChannelName name={channel} />,
  },
  {
    key: "source",
    label: "Sent by",
    width: "minmax(120px, 1.2fr)",
    render: (gateway) => <Source gateway={gateway} />,
  },
  {
    key: "kind",
    label: "Kind",
    width: "minmax(90px, 1fr)",
    isExtra: true,
    render: ({ source, kind }) => (source === "sandbox" ? "–" : kindLabel(kind)),
  },
  {
    key: "place",
    label: "Address",
    width: "minmax(120px, 1.6fr)",
    isExtra: true,
    render: (gateway) => placeOf(gateway) || "–",
  },
  {
    key: "set",
    label: "Set up",
    width: "66px",
    align: "end",
    render: ({ channel, kinds, source }) =>
      kinds.length === 0 ? (
        <span title="This channel takes no gateway of a project's own" style={{ color: "var(--ink-faint)" }}>
          –
        </span>
      ) : (
        <PageLink
          to={`settings/gateways/${channel}`}
          size="sm"
          aria-label={`${source === "project" ? "Change" : "Set up"} ${channelLabel(channel)}`}
        >
          {source === "project" ? "Change" : "Set up"}
        </PageLink>
      ),
  },
];

function Source({ gateway }: { readonly gateway: Gateway }) {
  const { source, unreadable } = gateway;
  if (unreadable) return <StatusBadge tone="bad">Cannot be read</StatusBadge>;
  if (source === "sandbox") return <StatusBadge tone="quiet">Sandbox</StatusBadge>;
  return <StatusBadge tone="good">{source === "project" ? "This project" : "The instance"}</StatusBadge>;
}

/** Those that can be set up come first. */
const bySettable = (a: Gateway, b: Gateway): number =>
  Number(b.kinds.length > 0) - Number(a.kinds.length > 0);

export default function GatewaysPage() {
  const gateways = useRead<Gateway[]>({ noun: "gateways", path: "/gateways" });
  return (
    <>
      <PageHeader
        title="Gateways"
        hint="A gateway hands messages to those who deliver them. A channel without one keeps its messages in the sandbox, where nobody gets them."
      />
      <DataTable
        label="Gateways"
        columns={COLUMNS}
        list={{ ...wholeList(gateways), rows: (gateways.data ?? []).toSorted(bySettable) }}
        keyOf={({ message_type: type }) => type}
        hasFoot={false}
        empty={
          <EmptyState icon={IconPlugConnected} title="No channels">
            This server knows no channel.
          </EmptyState>
        }
      />
    </>
  );
}
