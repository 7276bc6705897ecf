/**
 * The message log: newest first, found by whatever somebody knows of a message. A row opens beside the list (in its
 * place where there is no room); everything that is shown stands in the address.
 */
import { ActionIcon, Anchor, Stack, Tooltip } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { IconArrowsMaximize, IconChevronDown, IconChevronUp, IconMessages, IconX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { type MouseEvent, useEffect } from "react";
import { type ListRead, useReadList } from "../../api/use-read.ts";
import { ChannelName, channelLabel } from "../../components/channel.tsx";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { PageHeader } from "../../components/page-header.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time.tsx";
import { ButtonLink } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import { useUrlState } from "../../router/url-state.ts";
import { isFiltered, MessageFilters } from "./message-filters.tsx";
import { MessageStory } from "./message-story.tsx";
import { type FilterState, messagesRead, USUAL_FILTERS, USUAL_RANGE } from "./messages-read.ts";
import { reasonWords } from "./outcome.ts";
import styles from "./results.module.css";
import { useRange } from "./time-range.tsx";
import type { Message } from "./wire.ts";

export default function MessagesPage() {
  const [state, set] = useUrlState(USUAL_FILTERS);
  const list = useReadList<Message>(messagesRead(state, useRange(state, USUAL_RANGE)));
  const shown = state.message;
  const open = (id: number): void => set({ message: String(id) }, { push: shown === "" });
  const close = (): void => {
    document.querySelector<HTMLElement>("tr[aria-current]")?.focus({ preventScroll: true });
    set({ message: "" });
  };
  useEscape(shown !== "", close);
  const isBeside = shown !== "";
  const isNarrow = useMediaQuery("(max-width: 800px)") ?? false;
  const columns = columnsFor(open, isBeside || isNarrow);
  return (
    <>
      <PageHeader title="Messages" hint="Every message with what became of it, and why." />
      <div className={styles.split} data-open={isBeside || undefined}>
        <Stack gap="sm" className={styles.list}>
          <MessageFilters state={state} set={set} />
          <DataTable
            label="Messages"
            columns={isBeside ? columns.filter(({ key }) => BESIDE.has(key)) : columns}
            list={list}
            keyOf={({ id }) => id}
            onOpen={({ id }) => open(id)}
            isShown={({ id }) => String(id) === shown}
            spentHeight={330}
            empty={<Nothing state={state} />}
          />
        </Stack>
        {isBeside && <Beside id={shown} list={list} open={open} close={close} />}
      </div>
    </>
  );
}

/** Those that there is room for when a message is shown beside the list. */
const BESIDE: ReadonlySet<string> = new Set(["outcome", "to", "when"]);

const columnsFor = (open: (id: number) => void, isCompact: boolean): readonly Column<Message>[] => [
  {
    key: "outcome",
    label: "Outcome",
    width: "104px",
    render: ({ outcome }) => <StateBadge state={outcome} />,
  },
  {
    key: "to",
    label: "To",
    width: "minmax(110px, 1.2fr)",
    render: (row) => (
      <>
        <RowLink row={row} open={open} />
        {isCompact && <span className={styles.second}>{secondLine(row)}</span>}
      </>
    ),
  },
  {
    key: "channel",
    label: "Channel",
    width: "124px",
    isExtra: true,
    render: ({ message_type_name: name }) => <ChannelName name={name} />,
  },
  {
    key: "campaign",
    label: "Campaign",
    width: "minmax(110px, 1fr)",
    isExtra: true,
    render: ({ campaign_title: title, campaign_id: id }) => title ?? `Campaign ${id}`,
  },
  {
    key: "reason",
    label: "Why",
    width: "minmax(120px, 1.3fr)",
    isExtra: true,
    render: ({ reason, error }) => (reason === null ? (error ?? "") : reasonWords(reason)),
  },
  {
    key: "reference",
    label: "Reference",
    width: "minmax(90px, 0.8fr)",
    isExtra: true,
    render: ({ external_message_id: reference }) => reference ?? "",
  },
  {
    key: "when",
    label: "When",
    width: "96px",
    align: "end",
    render: ({ create_time: time }) => <TimeAgo value={time} />,
  },
];

/** Where there is no room for columns: the channel, and why it did not arrive. */
const secondLine = ({ message_type_name: name, reason, error }: Message): string =>
  [channelLabel(name), reason === null ? error : reasonWords(reason)]
    .filter((text) => text !== null)
    .join(" · ");

/**
 * Leads to the message's own page in a new tab, and opens it beside the list otherwise. Not the router's Link: that
 * would resolve each row's address for a way that is never gone inside the app.
 */
function RowLink({ row, open }: { readonly row: Message; open(id: number): void }) {
  const { path } = useProject();
  const click = (event: MouseEvent): void => {
    if (event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    open(row.id);
  };
  return (
    <Anchor href={path(`messages/${row.id}`)} size="sm" onClick={click}>
      {row.user_id ?? row.target}
    </Anchor>
  );
}

interface BesideProps {
  readonly id: string;
  readonly list: ListRead<Message>;
  open(id: number): void;
  close(): void;
}

function Beside({ id, list, open, close }: BesideProps) {
  const { path } = useProject();
  const at = list.rows.findIndex((row) => String(row.id) === id);
  const row = list.rows[at];
  const before = at > 0 ? list.rows[at - 1] : undefined;
  const after = at >= 0 ? list.rows[at + 1] : undefined;
  return (
    <section className={styles.side} aria-label={`Message ${id}`}>
      <div className={styles.sideHead}>
        <span className={styles.sideTitle}>
          {row === undefined ? `Message ${id}` : (row.user_id ?? row.target)}
        </span>
        {row !== undefined && <StateBadge state={row.outcome} />}
        <Tool label="Previous message" isOff={before === undefined} act={() => before && open(before.id)}>
          <IconChevronUp size={17} />
        </Tool>
        <Tool label="Next message" isOff={after === undefined} act={() => after && open(after.id)}>
          <IconChevronDown size={17} />
        </Tool>
        <Tooltip label="Open on a page of its own">
          <ActionIcon
            component={Link}
            to={path(`messages/${id}`)}
            variant="subtle"
            color="gray"
            aria-label="Open on a page of its own"
          >
            <IconArrowsMaximize size={16} />
          </ActionIcon>
        </Tooltip>
        <Tool label="Close the message" act={close}>
          <IconX size={17} />
        </Tool>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div className={styles.sideBody} tabIndex={0} key={id}>
        <MessageStory id={id} />
      </div>
    </section>
  );
}

interface ToolProps {
  readonly label: string;
  readonly isOff?: boolean;
  act(): void;
  readonly children: React.ReactNode;
}

function Tool({ label, isOff = false, act, children }: ToolProps) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant="subtle"
        color="gray"
        aria-label={label}
        disabled={isOff}
        className={styles.tool}
        onClick={act}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

/** Escape closes what is beside the list, unless it is busy closing something above it. */
function useEscape(isOn: boolean, act: () => void): void {
  useEffect(() => {
    if (!isOn) return;
    const press = (event: KeyboardEvent): void => {
      const isInField = event.target instanceof HTMLInputElement;
      const dialogs = [...document.querySelectorAll('[role="dialog"]')];
      const isBelow = dialogs.some((dialog) => dialog.checkVisibility());
      if (event.key === "Escape" && !event.defaultPrevented && !isInField && !isBelow) act();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  });
}

function Nothing({ state }: { readonly state: FilterState }) {
  const { q, execution_id: execution } = state;
  if (!isFiltered(state)) {
    return (
      <EmptyState
        icon={IconMessages}
        title="No message yet"
        actions={<ButtonLink to="">Copy a first call</ButtonLink>}
      >
        Execute a campaign through the API: each message that it makes stands here, sent or not.
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon={IconMessages}
      title="No message fits"
      actions={
        <>
          {execution !== "" && q !== "" && (
            <ButtonLink to={`executions/${execution}/explain`} search={{ target: q }} variant="default">
              Explain this target
            </ButtonLink>
          )}
          <ButtonLink to="messages">Show all messages</ButtonLink>
        </>
      }
    >
      {q === ""
        ? "Nothing has this outcome, reason, channel, campaign and time at once."
        : "The search looks for whole values: a user ID, an email address, a number, a reference, or the ID of a message, an execution or a request."}
    </EmptyState>
  );
}
