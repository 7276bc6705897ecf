/**
 * Sending again what failed: says how many and to whom before, and what was made of it after. The server lets each
 * message go again once; what went already is told in words and left out.
 */
import { Button, Checkbox, Group, Modal, Stack, Text } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { useRead } from "../../api/use-read.ts";
import { channelLabel } from "../../components/channel.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { Notice } from "../../components/error-notice.tsx";
import { PageLink } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import { counted, figure, type Outcome, sentenceCase } from "./outcome.ts";
import styles from "./results.module.css";
import type { ExecutionDetail, Message, Resendable, ResendGroup, Resent } from "./wire.ts";

const RESENDABLE: readonly Outcome[] = ["failed", "bounced", "expired"];
const NAMED = 5;

const sumOf = (groups: readonly ResendGroup[], of: (group: ResendGroup) => number): number =>
  groups.reduce((sum, group) => sum + of(group), 0);

const leftOf = ({ messages, resent }: ResendGroup): number => messages - resent;

export interface ResendProps {
  readonly execution: ExecutionDetail;
  onDone(resent: Resent): void;
}

/** The button with its dialog; nothing where there is nothing to send again. */
export function Resend({ execution, onDone }: ResendProps) {
  const { can } = useProject();
  const [isOpen, setOpen] = useState(false);
  const mayEnd = RESENDABLE.some((outcome) => (execution.progress.outcomes[outcome] ?? 0) > 0);
  const { data } = useResendable(execution, can("messages.resend") && mayEnd);
  if (data === undefined || data.groups.length === 0) return null;
  const close = (): void => setOpen(false);
  const done = (resent: Resent): void => {
    close();
    onDone(resent);
  };
  return (
    <>
      <Button leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => setOpen(true)}>
        Resend the failed
      </Button>
      {sumOf(data.groups, leftOf) === 0 || !data.is_live ? (
        <NothingToResend isOpen={isOpen} close={close} resendable={data} />
      ) : (
        <ResendDialog
          isOpen={isOpen}
          close={close}
          resendable={data}
          executionId={execution.id}
          onDone={done}
        />
      )}
    </>
  );
}

/** Asked anew when the execution's counts have changed: its cache belongs to the executions. */
export function useResendable({ id, state }: ExecutionDetail, enabled: boolean) {
  return useRead<Resendable>({
    noun: "executions",
    path: `/executions/${id}/resend-failed`,
    enabled,
    ...(state === "done" ? {} : { everyMs: 5_000 }),
  });
}

interface DialogProps {
  readonly isOpen: boolean;
  close(): void;
  readonly resendable: Resendable;
}

function NothingToResend({
  isOpen,
  close,
  resendable: { is_live: isLive, groups, resent_by: by },
}: DialogProps) {
  const count = sumOf(groups, ({ messages }) => messages);
  return (
    <Modal opened={isOpen} onClose={close} title="Nothing to resend">
      <Stack>
        {isLive ? (
          <Text size="sm">
            {count === 1 ? "The message that failed went" : `All ${figure(count)} messages that failed went`}{" "}
            again already, by execution <ExecutionLinks ids={by} />. None is sent twice.
          </Text>
        ) : (
          <Text size="sm">
            The campaign is not live: what is sent now would be cancelled. Put it live first, then send again.
          </Text>
        )}
        <Group justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            Close
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function ResendDialog({
  isOpen,
  close,
  resendable: { groups },
  executionId,
  onDone,
}: DialogProps & { executionId: number; onDone(resent: Resent): void }) {
  const [chosen, setChosen] = useState(() => usualOf(groups));
  const own = groups.filter(({ outcome }) => chosen.includes(outcome));
  const left = sumOf(own, leftOf);
  // A double click is one order: the second would answer that nothing is left.
  const isAsked = useRef(false);
  const resend = useChange<readonly Outcome[], Resent>({
    ask: (outcomes) => ({ path: `/executions/${executionId}/resend-failed`, body: { outcomes } }),
    touches: ["executions", "messages", "results"],
    onDone: (resent) => {
      isAsked.current = false;
      onDone(resent);
    },
  });
  const confirm = (): void => {
    if (left === 0 || (isAsked.current && !resend.isError)) return;
    isAsked.current = true;
    resend.mutate(chosen);
  };
  return (
    <ConfirmDialog
      isOpen={isOpen}
      close={close}
      title="Resend the failed"
      action={left === 0 ? "Nothing to resend" : `Resend ${counted(left, "message")}`}
      mutation={resend}
      confirm={confirm}
    >
      <Stack gap="sm">
        <OutcomeChoice groups={groups} chosen={chosen} choose={setChosen} />
        <Told groups={own} left={left} />
        <People executionId={executionId} outcomes={chosen} left={left} />
        <Text size="sm" c="dimmed">
          The same version with the same values goes to exactly these people, as a new execution. Who has
          unsubscribed since is skipped.
        </Text>
      </Stack>
    </ConfirmDialog>
  );
}

/** The failed; where none of them is left, whatever else ended badly. */
function usualOf(groups: readonly ResendGroup[]): readonly Outcome[] {
  const left = RESENDABLE.filter((outcome) =>
    groups.some((group) => group.outcome === outcome && leftOf(group) > 0),
  );
  return left.includes("failed") ? ["failed"] : left;
}

interface ChoiceProps {
  readonly groups: readonly ResendGroup[];
  readonly chosen: readonly Outcome[];
  choose(outcomes: readonly Outcome[]): void;
}

function OutcomeChoice({ groups, chosen, choose }: ChoiceProps) {
  const outcomes = RESENDABLE.filter((outcome) => groups.some((group) => group.outcome === outcome));
  if (outcomes.length === 1 && outcomes[0] === "failed") return null;
  return (
    <Checkbox.Group
      label="Which ones"
      value={[...chosen]}
      onChange={(values) => choose(RESENDABLE.filter((outcome) => values.includes(outcome)))}
    >
      <Group mt={6}>
        {outcomes.map((outcome) => (
          <Checkbox key={outcome} value={outcome} label={sentenceCase(outcome)} />
        ))}
      </Group>
    </Checkbox.Group>
  );
}

function Told({ groups, left }: { readonly groups: readonly ResendGroup[]; readonly left: number }) {
  const before = sumOf(groups, ({ resent }) => resent);
  const byChannel = [...Map.groupBy(groups, ({ name }) => name)]
    .map(([name, own]) => [name, sumOf(own, leftOf)] as const)
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${figure(count)} by ${channelLabel(name)}`);
  return (
    <Text size="sm">
      {left === 0
        ? "Nothing is left of these."
        : `${counted(left, "message")} will go: ${byChannel.join(", ")}.`}
      {before > 0 && ` ${counted(before, "message")} went again before and will not go twice.`}
    </Text>
  );
}

interface PeopleProps {
  readonly executionId: number;
  readonly outcomes: readonly Outcome[];
  readonly left: number;
}

/** The first few by name, and the way to all. */
function People({ executionId, outcomes, left }: PeopleProps) {
  const outcome = outcomes.join(",");
  const { data } = useRead<Message[]>({
    noun: "messages",
    path: "/messages",
    query: { execution_id: executionId, outcome, limit: NAMED },
    enabled: left > 0,
  });
  if (data === undefined || left === 0) return null;
  return (
    <div>
      <Text size="sm">Among those for whom it failed:</Text>
      <ul className={styles.people}>
        {data.map(({ id, user_id: user, target, address }) => (
          <li key={id}>
            {user ?? target}
            {address !== null && address !== user && ` (${address})`}
          </li>
        ))}
      </ul>
      <PageLink to="messages" search={{ execution_id: String(executionId), outcome }} size="sm">
        See all of them
      </PageLink>
    </div>
  );
}

/** What pressing the button has done. */
export function ResentNotice({ resent }: { readonly resent: Resent }) {
  const { execution_id: id, targets, messages } = resent;
  return id === null ? (
    <Notice tone="info" title="Nothing was sent">
      <Text size="sm">Each of these messages went again already. None is sent twice.</Text>
    </Notice>
  ) : (
    <Notice tone="good" title={`${counted(messages, "message")} on the way again`}>
      <Text size="sm">
        To {counted(targets, "target")}, by execution <ExecutionLinks ids={[id]} />.
      </Text>
    </Notice>
  );
}

export function ExecutionLinks({ ids }: { readonly ids: readonly number[] }) {
  return ids.map((id, i) => (
    <span key={id}>
      {i > 0 && ", "}
      <PageLink to={`executions/${id}`} size="sm" td="underline">
        {String(id)}
      </PageLink>
    </span>
  ));
}
