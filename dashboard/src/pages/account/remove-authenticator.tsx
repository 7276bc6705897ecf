/** Takes the authenticator away, against the password. */
import { Button, Modal, PasswordInput, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { FormFrame, useForm } from "../../components/form.tsx";
import { useOwnChange } from "./use-own-change.ts";

export function RemoveAuthenticator() {
  const [isOpen, dialog] = useDisclosure(false);
  return (
    <>
      <Text size="sm" mb="md">
        Signing in asks for a code of your app, or for a recovery code. To change to another telephone, remove
        the authenticator and set it up anew.
      </Text>
      <Button variant="default" onClick={dialog.open}>
        Remove the authenticator
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title="Remove the authenticator">
        <RemoveForm close={dialog.close} />
      </Modal>
    </>
  );
}

function RemoveForm({ close }: { close(): void }) {
  const form = useForm({ password: "" });
  const { mutate, isPending } = useOwnChange<void>(
    () => ({ method: "DELETE", path: "/me/totp", body: form.values }),
    () => {
      notifications.show({ message: "The authenticator and its recovery codes are removed." });
      close();
    },
  );
  return (
    <FormFrame
      form={form}
      submit={() => mutate(undefined, { onError: form.refuse })}
      isPending={isPending}
      action="Remove"
      failed="The authenticator was not removed"
      cancel={close}
    >
      <Stack gap="sm">
        <Text size="sm">
          The password alone will then be enough to sign in as you. The recovery codes end too.
        </Text>
        <PasswordInput
          {...form.text("password")}
          label="Your password"
          autoComplete="current-password"
          data-autofocus
        />
      </Stack>
    </FormFrame>
  );
}
