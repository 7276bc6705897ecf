/** Who changed what, when and from where; newest first. A row opens to what it was before and after. */
import { Button, Drawer, Stack, Text } from "@mantine/core";
import { IconHistory, IconShieldCheck } from "@tabler/icons-react";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";
import type { AuditVerdict as Verdict } from "../../../../server/src/actions/tokens/audit-trail.ts";
import { useActorNames } from "../../api/actors.ts";
import { request } from "../../api/request.ts";
import { useReadBefore } from "../../api/use-read-before.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { useProject } from "../../router/project-context.ts";
import { type AuditEntry, AuditEntryView, actionWords, objectWords } from "./audit-entry.tsx";

const columnsFor = (nameOf: (actor: string) => string): readonly Column<AuditEntry>[] => [
  { key: "time", label: "When", width: "84px", render: ({ time }) => <TimeAgo value={time} /> },
  {
    key: "action",
    label: "What",
    width: "minmax(130px, 1fr)",
    render: ({ action }) => actionWords(action),
  },
  {
    key: "object",
    label: "On",
    width: "minmax(120px, 1.2fr)",
    isExtra: true,
    render: objectWords,
  },
  { key: "actor", label: "Who", width: "minmax(90px, 1fr)", render: ({ actor }) => nameOf(actor) },
  { key: "ip", label: "From", width: "140px", isExtra: true, render: ({ ip }) => <code>{ip}</code> },
  { key: "no", label: "No.", width: "64px", align: "end", isExtra: true, render: ({ no }) => no },
];

export default function AuditPage() {
  const nameOf = useActorNames();
  const list = useReadBefore<AuditEntry>({ noun: "audit", path: "/audit", numberOf: ({ no }) => no });
  const [opened, setOpened] = useState<AuditEntry | null>(null);
  return (
    <>
      <PageHeader
        title="Audit log"
        hint="Every change to credentials, people and settings. Rows are chained: none can be changed or taken out unseen."
      />
      <Stack>
        <Verification />
        <DataTable
          label="Audit log"
          columns={columnsFor(nameOf)}
          list={list}
          keyOf={({ no }) => no}
          onOpen={(entry) => setOpened(entry)}
          spentHeight={320}
          empty={
            <EmptyState icon={IconHistory} title="Nothing was changed yet">
              As soon as somebody creates a client ID, rotates the app token or invites a user, it is written
              down here.
            </EmptyState>
          }
        />
      </Stack>
      <Drawer
        opened={opened !== null}
        onClose={() => setOpened(null)}
        position="right"
        size="lg"
        title={opened === null ? "" : `Change ${opened.no}`}
      >
        {opened !== null && <AuditEntryView entry={opened} who={nameOf(opened.actor)} />}
      </Drawer>
    </>
  );
}

/** Computes the chain anew, on the server. */
function Verification() {
  const { id: projectId } = useProject();
  const verify = useMutation({ mutationFn: () => request<Verdict>("/audit/verify", { projectId }) });
  if (verify.isError) {
    return <ErrorNotice title="The chain was not checked" error={verify.error} retry={verify.mutate} />;
  }
  if (verify.data !== undefined) return <VerdictNotice verdict={verify.data} />;
  return (
    <div>
      <Button
        variant="default"
        leftSection={<IconShieldCheck size={16} aria-hidden />}
        loading={verify.isPending}
        onClick={() => verify.mutate()}
      >
        Check the chain
      </Button>
    </div>
  );
}

function VerdictNotice({ verdict: { valid, checked, broken_at: brokenAt } }: { readonly verdict: Verdict }) {
  return valid ? (
    <Notice tone="good" title="The chain holds" icon={<IconShieldCheck size={18} aria-hidden />}>
      <Text size="sm">{checked} rows were checked; none was changed, taken out or put in.</Text>
    </Notice>
  ) : (
    <Notice tone="bad" title={`The chain breaks at row ${brokenAt}`}>
      <Text size="sm">
        The {checked} rows before it are as they were written. From row {brokenAt} on, something was changed
        in the database itself.
      </Text>
    </Notice>
  );
}
