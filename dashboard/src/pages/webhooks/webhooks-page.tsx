/** The project's webhook endpoints and how each is doing. */
import { IconPlus, IconWebhook } from "@tabler/icons-react";
import { useRead } from "../../api/use-read.ts";
import { type Column, DataTable, wholeList } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { ButtonLink, PageLink } from "../../router/links.tsx";
import { type Connection, stateOf } from "./connection.ts";

const COLUMNS: readonly Column<Connection>[] = [
  {
    key: "name",
    label: "Name",
    width: "minmax(120px, 1fr)",
    render: ({ id, name }) => (
      <PageLink to={`settings/webhooks/${id}`} size="sm" fw={550}>
        {name}
      </PageLink>
    ),
  },
  {
    key: "url",
    label: "Address",
    width: "minmax(140px, 2fr)",
    isExtra: true,
    render: ({ url }) => <code>{url}</code>,
  },
  {
    key: "events",
    label: "Events",
    width: "80px",
    align: "end",
    isExtra: true,
    render: ({ events }) => events.length,
  },
  { key: "state", label: "State", width: "110px", render: (row) => <StateBadge state={stateOf(row)} /> },
  {
    key: "failing",
    label: "Failing since",
    width: "120px",
    isExtra: true,
    render: ({ failing_since: since }) => <TimeAgo value={since} />,
  },
];

const create = (
  <ButtonLink to="settings/webhooks/new" leftSection={<IconPlus size={16} aria-hidden />}>
    Add a webhook
  </ButtonLink>
);

export default function WebhooksPage() {
  const list = wholeList(useRead<Connection[]>({ noun: "connections", path: "/connections" }));
  return (
    <>
      <PageHeader
        title="Webhooks"
        hint="Your own endpoints hear what becomes of each message: signed, retried for three days, never lost in between."
        actions={list.rows.length > 0 ? create : undefined}
      />
      <DataTable
        label="Webhooks"
        columns={COLUMNS}
        list={list}
        keyOf={({ id }) => id}
        pageOf={({ id }) => `settings/webhooks/${id}`}
        empty={
          <EmptyState icon={IconWebhook} title="No endpoint hears from this project" actions={create}>
            Add the address of an endpoint of yours, and choose what it wants to hear: what was sent, what
            arrived, what failed or was skipped, and why.
          </EmptyState>
        }
      />
    </>
  );
}
