/** The settings of a gateway by its kind. They can be tested before they are saved. */
import { Button, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useChange } from "../../api/use-change.ts";
import { FormFrame, useForm } from "../../components/form.tsx";
import { Panel } from "../../components/panel.tsx";
import { UnsavedGuard } from "../../components/unsaved-guard.tsx";
import { type Gateway, kindLabel, settingsOf, valuesOf } from "./gateway.ts";
import { GatewayTest } from "./gateway-test.tsx";
import { SmppFields, SmtpFields } from "./server-fields.tsx";
import { SmsHttpFields } from "./sms-http-fields.tsx";

export function GatewayForm({ gateway }: { readonly gateway: Gateway }) {
  const { channel, kinds, source, kind: storedKind, settings } = gateway;
  const form = useForm(valuesOf(gateway));
  const { kind } = form.values;
  const { mutate, isPending } = useChange<void, Gateway>({
    ask: () => ({
      method: "PUT",
      path: `/gateways/${channel}`,
      body: { kind, settings: settingsOf(form.values) },
    }),
    touches: ["gateways", "health"],
    onDone: () => {
      form.reset(form.values);
      notifications.show({ message: "Saved. Messages leave by it from now on." });
    },
  });
  const hasPassword = source === "project" && storedKind === kind && settings?.has_password === true;
  return (
    <Stack gap={20}>
      <UnsavedGuard isUnsaved={form.isChanged && !isPending} />
      <Panel title="Settings">
        <FormFrame
          form={form}
          submit={() => mutate(undefined, { onError: form.refuse })}
          isPending={isPending}
          action="Save"
          failed="The gateway was not saved"
        >
          <Stack gap="sm" maw={640}>
            {kinds.length > 1 && (
              <Group>
                <SegmentedControl
                  aria-label="Kind of gateway"
                  data={kinds.map((one) => ({ value: one, label: kindLabel(one) }))}
                  value={kind}
                  onChange={(chosen) => form.set("kind", chosen)}
                />
              </Group>
            )}
            {kind === "smtp" && <SmtpFields form={form} hasPassword={hasPassword} />}
            {kind === "smpp" && <SmppFields form={form} hasPassword={hasPassword} />}
            {kind === "sms-http" && <SmsHttpFields form={form} />}
          </Stack>
        </FormFrame>
      </Panel>
      <GatewayTest channel={channel} values={form.values} refuse={form.refuse} />
      {form.isChanged && (
        <Group gap="xs">
          <Text size="sm" c="dimmed" role="status">
            Changed and not saved.
          </Text>
          <Button size="compact-sm" variant="subtle" onClick={() => form.reset()}>
            Undo the changes
          </Button>
        </Group>
      )}
    </Stack>
  );
}
