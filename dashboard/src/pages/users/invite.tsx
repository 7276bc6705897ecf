/** Asks somebody into the project. The link is shown once, to be passed on; where email is set up it is sent too. */
import { Button, Group, Modal, Stack, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { useChange } from "../../api/use-change.ts";
import { CopyField } from "../../components/copy.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import type { Role } from "./member.ts";
import { RoleSelect } from "./role-select.tsx";

export interface InviteProps {
  readonly isOpen: boolean;
  close(): void;
  readonly roles: readonly Role[];
}

export function Invite({ isOpen, close, roles }: InviteProps) {
  return (
    <Modal opened={isOpen} onClose={close} title="Invite somebody">
      <Inviting close={close} roles={roles} />
    </Modal>
  );
}

interface Made {
  readonly email: string;
  readonly link: string;
}

function Inviting({ close, roles }: Omit<InviteProps, "isOpen">) {
  const [made, setMade] = useState<Made | null>(null);
  if (made === null) return <InviteForm roles={roles} close={close} onMade={setMade} />;
  return (
    <Stack>
      <Text size="sm">
        Give this link to {made.email}. Whoever opens it can join as invited, so pass it on only to them. It
        is shown this once and works for seven days.
      </Text>
      <CopyField label="Invitation link" value={made.link} />
      <Group justify="flex-end">
        <Button onClick={close} data-autofocus>
          Done
        </Button>
      </Group>
    </Stack>
  );
}

interface InviteFormProps {
  readonly roles: readonly Role[];
  close(): void;
  onMade(made: Made): void;
}

function InviteForm({ roles, close, onMade }: InviteFormProps) {
  const form = useForm({ email: "", role: "viewer" });
  const { mutate, isPending } = useChange<void, { link: string }>({
    ask: () => ({ path: "/invitations", body: form.values }),
    touches: ["users"],
    onDone: ({ link }) => onMade({ link, email: form.values.email }),
  });
  return (
    <FormFrame
      form={form}
      submit={() => mutate(undefined, { onError: form.refuse })}
      isPending={isPending}
      action="Invite"
      failed="Nobody was invited"
      cancel={close}
    >
      <Stack gap="sm">
        <TextInput {...form.text("email")} label="Email" type="email" autoComplete="off" data-autofocus />
        <RoleSelect
          roles={roles}
          value={form.values.role}
          error={form.errorOf("role")}
          onChange={(role) => form.set("role", role)}
        />
      </Stack>
    </FormFrame>
  );
}
