/** Takes somebody out of the project; their account and their other projects stay. */
import { Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { keys } from "../../api/query-keys.ts";
import { useChange } from "../../api/use-change.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { useProject } from "../../router/project-context.ts";
import type { Member } from "./member.ts";

export function RemoveMember({ member, close }: { readonly member: Member; close(): void }) {
  const { me, name } = useProject();
  const client = useQueryClient();
  const navigate = useNavigate();
  const isSelf = member.id === me.user.id;
  const who = member.name || member.email;
  const remove = useChange<void>({
    ask: () => ({ method: "DELETE", path: `/users/${member.id}`, body: {} }),
    touches: ["users"],
    onDone: () => {
      notifications.show({ message: isSelf ? `You left ${name}.` : `${who} is removed.` });
      close();
      if (isSelf) {
        void client.invalidateQueries({ queryKey: keys.me() });
        void navigate({ to: "/" });
      }
    },
  });
  return (
    <ConfirmDialog
      isOpen
      close={close}
      title={isSelf ? "Leave the project" : `Remove ${who}`}
      action={isSelf ? "Leave" : "Remove"}
      isDangerous
      mutation={remove}
      confirm={() => remove.mutate()}
    >
      <Text size="sm">
        {isSelf ? "You" : who} will no longer see anything of {name}, from the next click on. What was done
        stays in the audit log. An administrator can send a new invitation at any time.
      </Text>
    </ConfirmDialog>
  );
}
