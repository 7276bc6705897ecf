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
    label: "Where messages go",
    width: "minmax(130px, 1.4fr)",
    render: (gateway) => <Source gateway={gateway} />,
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
    width: "86px",
    align: "end",
    render: ({ channel, kinds, source }) =>
      kinds.length === 0 ? (
        <span title="This channel takes no gateway of a project's own" style={{ color: "var(--ink-faint)" }}>
          Not here
        </span>
      ) : (
        <PageLink
          to={`settings/gateways/${channel}`}
          size="sm"
          aria-label={`Set up ${channelLabel(channel)}`}
        >
          {source === "project" ? "Change" : "Set up"}
        </PageLink>
      ),
  },
];

function Source({ gateway }: { readonly gateway: Gateway }) {
  const { source, kind, unreadable } = gateway;
  if (unreadable) return <StatusBadge tone="bad">Cannot be read</StatusBadge>;
  if (source === "sandbox") return <StatusBadge tone="quiet">Sandbox, nobody gets them</StatusBadge>;
  return (
    <StatusBadge tone="good">
      {source === "project" ? `${kindLabel(kind)}, this project's` : `${kindLabel(kind)}, the instance's`}
    </StatusBadge>
  );
}

export default function GatewaysPage() {
  const gateways = useRead<Gateway[]>({ noun: "gateways", path: "/gateways" });
  return (
    <>
      <PageHeader
        title="Gateways"
        hint="A gateway hands messages to those who deliver them. A channel without one keeps its messages in the sandbox."
      />
      <DataTable
        label="Gateways"
        columns={COLUMNS}
        list={wholeList(gateways)}
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
