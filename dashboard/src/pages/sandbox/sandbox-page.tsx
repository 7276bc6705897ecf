/** What would have left, newest first: the outbox of the sandbox gateway, each message in the shape that its reader would see. */
import { Button, Group, Stack } from "@mantine/core";
import { IconChevronLeft, IconTestPipe } from "@tabler/icons-react";
import { type ListRead, useReadList } from "../../api/use-read.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { SearchField } from "../../components/search-field.tsx";
import { ButtonLink } from "../../router/links.tsx";
import { hasPage } from "../../router/page-route.ts";
import { useProject } from "../../router/project-context.ts";
import { useUrlState } from "../../router/url-state.ts";
import { PagePending } from "../../shell/page-pending.tsx";
import styles from "./sandbox.module.css";
import { SandboxDetail } from "./sandbox-detail.tsx";
import { SandboxList } from "./sandbox-list.tsx";
import { matchesSearch, type SandboxMessage } from "./sandbox-message.ts";

const USUAL = { q: "", message: "" };
/** Somebody who has just pasted a curl is looking at this page. */
const LIVE_MS = 3_000;
const LIMIT = 200;

export default function SandboxPage() {
  const [{ q, message }, set] = useUrlState(USUAL);
  const list = useReadList<SandboxMessage>({
    noun: "sandbox",
    path: "/sandbox",
    query: { limit: LIMIT },
    everyMs: LIVE_MS,
  });
  const rows = list.rows.filter((row) => matchesSearch(row, q));
  const chosen = rows.find(({ id }) => String(id) === message);
  return (
    <>
      <PageHeader
        title="Sandbox"
        hint="Messages of the channels that have no gateway yet. Nobody has received them. New ones appear by themselves."
      />
      {list.isLoading ? (
        <PagePending />
      ) : (
        <Outbox list={list} rows={rows} chosen={chosen} isChosen={message !== ""}>
          <SearchField
            label="Search by address or text"
            value={q}
            onChange={(value) => set({ q: value, message: "" })}
          />
          <SandboxList
            rows={rows}
            chosenId={chosen?.id ?? rows[0]?.id ?? null}
            choose={(id) => set({ message: String(id) }, { push: true })}
          />
        </Outbox>
      )}
    </>
  );
}

interface OutboxProps {
  readonly list: ListRead<SandboxMessage>;
  readonly rows: readonly SandboxMessage[];
  readonly chosen: SandboxMessage | undefined;
  /** On a telephone: the message is shown in place of the list. */
  readonly isChosen: boolean;
  readonly children: React.ReactNode;
}

function Outbox({ list, rows, chosen, isChosen, children }: OutboxProps) {
  const [, set] = useUrlState(USUAL);
  if (list.rows.length === 0) {
    return list.error ? (
      <ErrorNotice title="The sandbox cannot be shown" error={list.error} retry={list.reload} />
    ) : (
      <NothingYet />
    );
  }
  const shown = chosen ?? rows[0];
  return (
    <div className={styles.panes} data-chosen={isChosen || undefined}>
      <Stack gap="sm" className={styles.listPane}>
        {children}
      </Stack>
      <div className={styles.detailPane}>
        <Button
          className={styles.back}
          variant="subtle"
          size="compact-sm"
          mb="sm"
          leftSection={<IconChevronLeft size={16} aria-hidden />}
          onClick={() => set({ message: "" })}
        >
          All messages
        </Button>
        {shown !== undefined && <SandboxDetail key={shown.id} message={shown} />}
      </div>
    </div>
  );
}

function NothingYet() {
  const { can } = useProject();
  const canCreate = hasPage("campaigns/new") && can("campaigns.edit");
  return (
    <div className={styles.empty}>
      <EmptyState
        icon={IconTestPipe}
        title="Nothing was sent yet"
        actions={
          <Group gap="xs" justify="center">
            {canCreate && (
              <ButtonLink to="campaigns/new" variant="default">
                Create a campaign
              </ButtonLink>
            )}
            <ButtonLink to="">Copy a first call</ButtonLink>
          </Group>
        }
      >
        Execute a campaign through the API. What it would send to each person appears here within a second.
      </EmptyState>
    </div>
  );
}
