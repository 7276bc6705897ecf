/** A further project on this instance, with people, campaigns and credentials of its own. */
import { Modal, Stack, Text, TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { keys } from "../../api/query-keys.ts";
import { useChange } from "../../api/use-change.ts";
import { FormFrame, useForm } from "../../components/form.tsx";
import { useProject } from "../../router/project-context.ts";
import type { ProjectSettings } from "./project-settings.ts";
import { TimeZoneSelect } from "./time-zone-select.tsx";

export function NewProject({ isOpen, close }: { readonly isOpen: boolean; close(): void }) {
  return (
    <Modal opened={isOpen} onClose={close} title="New project">
      <NewProjectForm close={close} />
    </Modal>
  );
}

function NewProjectForm({ close }: { close(): void }) {
  const { timeZone } = useProject();
  const form = useForm({ name: "", time_zone: timeZone });
  const client = useQueryClient();
  const navigate = useNavigate();
  const { mutate, isPending } = useChange<void, ProjectSettings>({
    ask: () => ({ path: "/projects", body: form.values }),
    touches: [],
    onDone: async ({ id }) => {
      // The frame of the new project asks who we are: it must know of it by then.
      await client.refetchQueries({ queryKey: keys.me() });
      void navigate({ to: `/p/${id}` });
    },
  });
  return (
    <FormFrame
      form={form}
      submit={() => mutate(undefined, { onError: form.refuse })}
      isPending={isPending}
      action="Create the project"
      failed="The project was not created"
      cancel={close}
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          It has people, campaigns, gateways and credentials of its own, and you as its only member.
        </Text>
        <TextInput {...form.text("name")} label="Name" data-autofocus />
        <TimeZoneSelect
          value={form.values.time_zone}
          error={form.errorOf("time_zone")}
          onChange={(zone) => form.set("time_zone", zone)}
        />
      </Stack>
    </FormFrame>
  );
}
