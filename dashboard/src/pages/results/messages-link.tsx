/** A figure that leads to exactly the messages behind it; the figure alone for those who may not see messages. */
import type { AnchorProps } from "@mantine/core";
import { PageLink } from "../../router/links.tsx";
import { useProject } from "../../router/project-context.ts";
import { figure, type Outcome } from "./outcome.ts";

/** Filters of the message log; what is empty is left out of the address. */
export interface MessageFilter {
  readonly campaign_id?: number;
  readonly execution_id?: number;
  readonly message_type?: string;
  readonly outcome?: readonly Outcome[];
  /** null: those without one. */
  readonly reason?: string | null;
  readonly from?: number | null;
  readonly to?: number | null;
}

function searchOf(filter: MessageFilter): Record<string, string> {
  const { outcome, reason, ...rest } = filter;
  const given: [string, unknown][] = [
    ...Object.entries(rest),
    ["outcome", outcome?.join(",")],
    ["reason", reason === null ? "none" : reason],
  ];
  return Object.fromEntries(
    given
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([name, value]) => [name, String(value)]),
  );
}

interface Props extends AnchorProps {
  readonly count: number;
  readonly filter: MessageFilter;
  /** What is counted, for those who hear the figure alone: "failed by SMS". */
  readonly of: string;
}

export function MessagesLink({ count, filter, of, ...rest }: Props) {
  const { can } = useProject();
  if (count === 0 || !can("messages.read")) return <span>{figure(count)}</span>;
  return (
    <PageLink
      to="messages"
      search={searchOf(filter)}
      aria-label={`${figure(count)} ${of}: show the messages`}
      fz="inherit"
      {...rest}
    >
      {figure(count)}
    </PageLink>
  );
}
