/** Posting again everything that an endpoint missed since a moment. */
import { Button, Modal, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconHistoryToggle } from "@tabler/icons-react";
import { useChange } from "../../api/use-change.ts";
import { FormFrame, useForm } from "../../components/form.tsx";

const HOUR = 3_600;
const SPANS = [
  { value: String(HOUR), label: "the last hour" },
  { value: String(6 * HOUR), label: "the last 6 hours" },
  { value: String(24 * HOUR), label: "the last day" },
  { value: String(3 * 24 * HOUR), label: "the last 3 days" },
  { value: String(7 * 24 * HOUR), label: "the last week" },
];

export function Recover({ connectionId }: { readonly connectionId: number }) {
  const [isOpen, dialog] = useDisclosure(false);
  const form = useForm({ since: String(24 * HOUR) });
  const recover = useChange<void, { recovered: number }>({
    ask: () => ({
      path: `/connections/${connectionId}/recover`,
      body: { since: Math.floor(Date.now() / 1000) - Number(form.values.since) },
    }),
    touches: ["deliveries", "connections"],
    onDone: ({ recovered }) => {
      dialog.close();
      notifications.show({
        message:
          recovered === 0 ? "Nothing was missed in that time." : `${recovered} events are posted again.`,
      });
    },
  });
  return (
    <>
      <Button
        variant="default"
        leftSection={<IconHistoryToggle size={16} aria-hidden />}
        onClick={dialog.open}
      >
        Recover
      </Button>
      <Modal opened={isOpen} onClose={dialog.close} title="Recover what was missed">
        <FormFrame
          form={form}
          submit={() => recover.mutate(undefined, { onError: form.refuse })}
          isPending={recover.isPending}
          action="Post again"
          failed="Nothing was recovered"
          cancel={dialog.close}
        >
          <Stack gap="sm">
            <Text size="sm">
              Events that were given up are posted again. Those that arrived are not; each keeps its
              webhook-id.
            </Text>
            <Select
              label="Events of"
              name="since"
              data={SPANS}
              allowDeselect={false}
              value={form.values.since}
              onChange={(value) => form.set("since", value ?? "")}
              error={form.errorOf("since")}
            />
          </Stack>
        </FormFrame>
      </Modal>
    </>
  );
}
