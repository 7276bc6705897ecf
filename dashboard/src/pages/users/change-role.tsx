/** Gives a member another role. */
import { Modal, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/query-keys.ts";
import { useChange } from "../../api/use-change.ts";
import { FormFrame, useForm } from "../../components/form.tsx";
import { useProject } from "../../router/project-context.ts";
import type { Member, Role } from "./member.ts";
import { RoleSelect } from "./role-select.tsx";

export interface ChangeRoleProps {
  readonly member: Member;
  readonly roles: readonly Role[];
  close(): void;
}

export function ChangeRole(props: ChangeRoleProps) {
  const { member, close } = props;
  return (
    <Modal opened onClose={close} title={`Role of ${member.name || member.email}`}>
      <ChangeRoleForm {...props} />
    </Modal>
  );
}

function ChangeRoleForm({ member, roles, close }: ChangeRoleProps) {
  const { me } = useProject();
  const client = useQueryClient();
  const form = useForm({ role: member.role });
  const isSelf = member.id === me.user.id;
  const { mutate, isPending } = useChange<void>({
    ask: () => ({ method: "PATCH", path: `/users/${member.id}`, body: form.values }),
    touches: ["users"],
    onDone: () => {
      notifications.show({ message: "The role is changed." });
      if (isSelf) void client.invalidateQueries({ queryKey: keys.me() });
      close();
    },
  });
  return (
    <FormFrame
      form={form}
      submit={() => mutate(undefined, { onError: form.refuse })}
      isPending={isPending}
      action="Change the role"
      failed="The role was not changed"
      cancel={close}
    >
      <Stack gap="sm">
        <RoleSelect
          roles={roles}
          value={form.values.role}
          error={form.errorOf("role")}
          onChange={(role) => form.set("role", role)}
        />
        {isSelf && (
          <Text size="sm" c="dimmed">
            This is your own role: with less than Admin you cannot take it back yourself.
          </Text>
        )}
      </Stack>
    </FormFrame>
  );
}
