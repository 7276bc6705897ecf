/** The two ways to authorise a call: the project's app token, and client IDs with scopes (OAuth 2.0). */
import { Button, Modal, Stack, TextInput } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconKey, IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useActorNames } from "../../api/actors.ts";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { MonoField } from "../../components/copy.tsx";
import { type Column, DataTable, wholeList } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { Panel } from "../../components/panel.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { PageLink } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import { AppToken } from "./app-token.tsx";
import type { Client } from "./client.ts";

export default function IntegrationsPage() {
  return (
    <>
      <PageHeader
        title="API integrations"
        hint="What your backend authorises its calls of the External API with. Give each system a client ID of its own."
      />
      <Stack gap="lg">
        <AppToken />
        <Clients />
      </Stack>
    </>
  );
}

const columnsFor = (nameOf: (actor: string) => string): readonly Column<Client>[] => [
  {
    key: "name",
    label: "Name",
    width: "minmax(110px, 1fr)",
    render: ({ client_id: id, name }) => (
      <PageLink to={`settings/api/${id}`} size="sm" fw={550}>
        {name}
      </PageLink>
    ),
  },
  {
    key: "id",
    label: "Client ID",
    width: "minmax(150px, 1.6fr)",
    isExtra: true,
    render: ({ client_id: id }) => <MonoField value={id} label="Copy the client ID" />,
  },
  {
    key: "scopes",
    label: "Scopes",
    width: "100px",
    render: ({ scopes }) => (scopes.length === 0 ? "none yet" : `${scopes.length}`),
  },
  {
    key: "state",
    label: "State",
    width: "80px",
    render: ({ enabled }) => <StateBadge state={enabled ? "on" : "off"} />,
  },
  {
    key: "by",
    label: "Updated By",
    width: "minmax(90px, 0.8fr)",
    isExtra: true,
    render: ({ updated_by: by }) => nameOf(by),
  },
  {
    key: "time",
    label: "Updated Time",
    width: "120px",
    align: "end",
    isExtra: true,
    render: ({ updated_time: time }) => <TimeAgo value={time} />,
  },
];

function Clients() {
  const [isOpen, dialog] = useDisclosure(false);
  const nameOf = useActorNames();
  const list = wholeList(useRead<Client[]>({ noun: "clients", path: "/clients" }));
  const create = (
    <Button leftSection={<IconPlus size={16} aria-hidden />} onClick={dialog.open}>
      Create Client ID
    </Button>
  );
  return (
    <Panel
      title="Client IDs"
      hint="OAuth 2.0: a system gets short-lived access tokens with a secret or a key, for the scopes that you set."
      actions={list.rows.length > 0 ? create : undefined}
      isFlush
    >
      <DataTable
        label="Client IDs"
        columns={columnsFor(nameOf)}
        list={list}
        keyOf={({ client_id: id }) => id}
        pageOf={({ client_id: id }) => `settings/api/${id}`}
        hasFoot={false}
        empty={
          <EmptyState icon={IconKey} title="No client ID yet" actions={create}>
            Create one for each system that calls, and set only the scopes that it needs. What one does can be
            seen and stopped without touching the others.
          </EmptyState>
        }
      />
      <Modal opened={isOpen} onClose={dialog.close} title="Create Client ID">
        <CreateClient close={dialog.close} />
      </Modal>
    </Panel>
  );
}

function CreateClient({ close }: { close(): void }) {
  const navigate = useNavigate();
  const { path } = useProject();
  const form = useForm({ name: "" });
  const create = useChange<void, Client>({
    ask: () => ({ path: "/clients", body: form.values }),
    touches: ["clients"],
    onDone: ({ client_id: id }) => void navigate({ to: path(`settings/api/${id}`) }),
  });
  return (
    <FormFrame
      form={form}
      submit={() => create.mutate(undefined, { onError: form.refuse })}
      isPending={create.isPending}
      action="Save"
      failed="The client ID was not created"
      cancel={close}
    >
      <TextInput
        {...form.text("name")}
        label="Name of the integration"
        description="The system that calls: “Order service”."
        data-autofocus
      />
    </FormFrame>
  );
}
