/** Back to the instance's gateway, or to the sandbox. */
import { Button, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { useChange } from "../../api/use-change.ts";
import { channelLabel } from "../../components/channel.tsx";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import type { Gateway } from "./gateway.ts";

export function RemoveGateway({ gateway: { channel } }: { readonly gateway: Gateway }) {
  const [isOpen, dialog] = useDisclosure(false);
  const remove = useChange<void>({
    ask: () => ({ method: "DELETE", path: `/gateways/${channel}`, body: {} }),
    touches: ["gateways", "health"],
    onDone: () => {
      notifications.show({ message: "The gateway is removed." });
      dialog.close();
    },
  });
  return (
    <>
      <Button variant="default" onClick={dialog.open}>
        Remove
      </Button>
      <ConfirmDialog
        isOpen={isOpen}
        close={dialog.close}
        title="Remove the gateway"
        action="Remove"
        isDangerous
        mutation={remove}
        confirm={() => remove.mutate()}
      >
        <Text size="sm">
          {channelLabel(channel)} messages of this project then leave by the instance's gateway, or stay in
          the sandbox where it has none. The stored password is deleted.
        </Text>
      </ConfirmDialog>
    </>
  );
}
