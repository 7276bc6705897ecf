/** The project's app token: shown when asked for (which the audit log notes), replaced with an overlap, switched off. */
import { Button, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { IconEye } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AppTokenView as Token } from "../../../../server/src/actions/tokens/app-token.ts";
import { keys } from "../../api/query-keys.ts";
import { request } from "../../api/request.ts";
import { useChange } from "../../api/use-change.ts";
import { ConfirmDialog } from "../../components/confirm-dialog.tsx";
import { CopyField } from "../../components/copy.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import { Panel } from "../../components/panel.tsx";
import { StateBadge } from "../../components/status-badge.tsx";
import { DateTime } from "../../components/time.tsx";
import { useProject } from "../../router/project-context.ts";

export function AppToken() {
  const { id: projectId } = useProject();
  const client = useQueryClient();
  const [shown, setShown] = useState<Token | null>(null);
  // Not a query: it is asked for by a person, and must not be asked again by itself.
  const show = useMutation({
    mutationFn: () => request<Token>("/app-token", { projectId }),
    onSuccess: (token) => {
      setShown(token);
      void client.invalidateQueries({ queryKey: keys.all(projectId, "audit") });
    },
  });
  return (
    <Panel
      title="App token"
      hint="Grants full access to the project's API. It belongs into a secret store, never into a browser or an app."
      actions={shown === null ? null : <Actions token={shown} changed={setShown} />}
    >
      <Stack gap="sm" maw={680}>
        {shown === null ? (
          <Group gap="sm">
            <Button
              variant="default"
              leftSection={<IconEye size={16} aria-hidden />}
              loading={show.isPending}
              onClick={() => show.mutate()}
            >
              Show the app token
            </Button>
            <Text size="sm" c="dimmed">
              The audit log notes that you looked.
            </Text>
          </Group>
        ) : (
          <Shown token={shown} />
        )}
        {show.error !== null && <ErrorNotice title="The token cannot be shown" error={show.error} />}
      </Stack>
    </Panel>
  );
}

function Shown({ token }: { readonly token: Token }) {
  return (
    <>
      <CopyField label="App token" value={token.token} />
      <Group gap="md">
        <StateBadge state={token.enabled ? "on" : "off"} />
        <Text size="sm" c="dimmed" component="span">
          Made <DateTime value={token.create_time} />
          {token.previous_token_until !== null && (
            <>
              ; the one before works until <DateTime value={token.previous_token_until} />
            </>
          )}
        </Text>
      </Group>
    </>
  );
}

const DAY = 86_400;
const OVERLAPS = [
  { value: "0", label: "ends at once" },
  { value: "3600", label: "works for another hour" },
  { value: String(DAY), label: "works for another day" },
  { value: String(7 * DAY), label: "works for another week" },
  { value: String(30 * DAY), label: "works for another 30 days" },
];

interface ActionsProps {
  readonly token: Token;
  changed(token: Token): void;
}

function Actions({ token, changed }: ActionsProps) {
  const [isRotating, rotating] = useDisclosure(false);
  const [isAsked, asking] = useDisclosure(false);
  const turn = useChange<boolean, { enabled: boolean }>({
    ask: (enabled) => ({ method: "PATCH", path: "/app-token", body: { enabled } }),
    touches: ["app-token", "audit"],
    onDone: ({ enabled }) => {
      asking.close();
      changed({ ...token, enabled });
    },
  });
  return (
    <>
      <Button variant="default" onClick={rotating.open}>
        Rotate
      </Button>
      <Button variant="default" onClick={token.enabled ? asking.open : () => turn.mutate(true)}>
        {token.enabled ? "Switch off" : "Switch on"}
      </Button>
      <ConfirmDialog
        isOpen={isAsked}
        close={asking.close}
        title="Switch off access by app token"
        action="Switch it off"
        isDangerous
        mutation={turn}
        confirm={() => turn.mutate(false)}
      >
        <Text size="sm">
          Within a second every call with this token, and with the one before, is refused with 401. Client IDs
          go on working. You can switch it on again at any time.
        </Text>
      </ConfirmDialog>
      <Modal opened={isRotating} onClose={rotating.close} title="Rotate the app token">
        <Rotate close={rotating.close} changed={changed} />
      </Modal>
    </>
  );
}

function Rotate({ close, changed }: { close(): void; changed(token: Token): void }) {
  const form = useForm({ overlap_seconds: String(DAY) });
  const rotate = useChange<void, Token>({
    ask: () => ({
      path: "/app-token/rotate",
      body: { overlap_seconds: Number(form.values.overlap_seconds) },
    }),
    touches: ["app-token", "audit"],
    onDone: (token) => {
      changed(token);
      close();
    },
  });
  return (
    <FormFrame
      form={form}
      submit={() => rotate.mutate(undefined, { onError: form.refuse })}
      isPending={rotate.isPending}
      action="Make a new token"
      failed="The token was not rotated"
      cancel={close}
    >
      <Select
        label="The present token"
        name="overlap_seconds"
        description="Time to bring the new one to every caller."
        data={OVERLAPS}
        allowDeselect={false}
        value={form.values.overlap_seconds}
        onChange={(value) => form.set("overlap_seconds", value ?? "0")}
        error={form.errorOf("overlap_seconds")}
      />
    </FormFrame>
  );
}
