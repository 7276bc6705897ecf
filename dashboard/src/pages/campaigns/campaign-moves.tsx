/** Moving a campaign: stop, start, duplicate, delete. What cannot be taken back is asked first. */
import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { useChange } from "../../api/use-change.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { useProject } from "../../router/project-context.ts";
import type { Campaign } from "./campaign.ts";

export type Move = "stop" | "start" | "duplicate" | "delete";

export interface Asked {
  readonly move: Move;
  readonly id: number;
  readonly title: string;
}

interface Words {
  readonly title: string;
  readonly action: string;
  readonly text: string;
  readonly done: string;
  readonly isDangerous?: boolean;
}

const WORDS: Readonly<Record<Move, Words>> = {
  stop: {
    title: "Stop the campaign",
    action: "Stop it",
    text: "Calls with its ID are refused from now on, and messages that are still waiting are not sent. It can be started again.",
    done: "Stopped",
    isDangerous: true,
  },
  start: {
    title: "Start the campaign again",
    action: "Start it",
    text: "Calls with its ID are taken again, with the content that it has now.",
    done: "Started",
  },
  duplicate: {
    title: "Duplicate the campaign",
    action: "Make a draft of it",
    text: "A draft with the same content is made. It gets an ID of its own.",
    done: "Duplicated",
  },
  delete: {
    title: "Delete the draft",
    action: "Delete the draft",
    text: "The draft and all its versions are gone for good.",
    done: "Deleted",
    isDangerous: true,
  },
};

export interface CampaignMoveDialogProps {
  /** null: nothing is asked. */
  readonly asked: Asked | null;
  close(): void;
  /** Afterwards, in place of what usually follows (a copy is opened, the rest stays). */
  onDone?(move: Move): void;
}

export function CampaignMoveDialog({ asked, close, onDone }: CampaignMoveDialogProps) {
  const navigate = useNavigate();
  const { path } = useProject();
  const change = useChange<Asked, Campaign>({
    ask: ({ move, id }) =>
      move === "delete"
        ? { method: "DELETE", path: `/campaigns/${id}` }
        : { path: `/campaigns/${id}/${move}`, body: {} },
    touches: ["campaigns"],
    onDone: (campaign, { move, title }) => {
      close();
      notifications.show({ message: `${WORDS[move].done}: ${title}` });
      if (move === "duplicate") void navigate({ to: path(`campaigns/${campaign.id}/setup`) });
      else onDone?.(move);
    },
  });
  const words = WORDS[asked?.move ?? "stop"];
  return (
    <ConfirmDialog
      isOpen={asked !== null}
      close={close}
      title={words.title}
      action={words.action}
      isDangerous={words.isDangerous ?? false}
      mutation={change}
      confirm={() => asked !== null && change.mutate(asked)}
    >
      <Text size="sm">
        <b>{asked?.title}</b>
      </Text>
      <Text size="sm" mt={4}>
        {words.text}
      </Text>
    </ConfirmDialog>
  );
}
