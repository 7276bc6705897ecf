/** The settings, saved together. */
import { Stack, Switch, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { keys } from "../../api/query-keys.ts";
import { useChange } from "../../api/use-change.ts";
import { FormFrame, useForm } from "../../components/form.tsx";
import { KeyValue } from "../../components/key-value.tsx";
import { Panel } from "../../components/panel.tsx";
import { UnsavedGuard } from "../../components/unsaved-guard.tsx";
import { useProject } from "../../router/project-context.ts";
import type { ProjectSettings } from "./project-settings.ts";
import { TimeZoneSelect } from "./time-zone-select.tsx";

const valuesOf = (project: ProjectSettings) => ({
  name: project.name,
  time_zone: project.time_zone,
  unkeyed_retry_detection: project.unkeyed_retry_detection,
  known_attributes_only: project.known_attributes_only,
  quota_calls_per_second:
    project.quota_calls_per_second === null ? "" : String(project.quota_calls_per_second),
});

export function ProjectForm({ project }: { readonly project: ProjectSettings }) {
  const { can } = useProject();
  return can("settings.edit") ? <Editable project={project} /> : <ReadOnly project={project} />;
}

function Editable({ project }: { readonly project: ProjectSettings }) {
  const client = useQueryClient();
  const form = useForm(valuesOf(project));
  const { values } = form;
  const { mutate, isPending } = useChange<void, ProjectSettings>({
    ask: () => ({
      method: "PATCH",
      path: "/project",
      body: { ...values, quota_calls_per_second: quotaOf(values) },
    }),
    touches: ["project"],
    onDone: (saved) => {
      form.reset(valuesOf(saved));
      notifications.show({ message: "The settings are saved." });
      void client.invalidateQueries({ queryKey: keys.me() });
    },
  });
  return (
    <Panel title="Settings">
      <UnsavedGuard isUnsaved={form.isChanged && !isPending} />
      <FormFrame
        form={form}
        submit={() => mutate(undefined, { onError: form.refuse })}
        isPending={isPending}
        action="Save"
        failed="The settings were not saved"
      >
        <Stack gap="md">
          <TextInput {...form.text("name")} label="Name" maw={420} />
          <TimeZoneSelect
            value={values.time_zone}
            error={form.errorOf("time_zone")}
            onChange={(zone) => form.set("time_zone", zone)}
          />
          <TextInput
            {...form.text("quota_calls_per_second")}
            label="Most calls of the External API per second"
            description="Empty: as the instance has it. Calls above it are answered 429."
            inputMode="numeric"
            maw={420}
          />
          <Switch
            label="Know repeated calls again"
            description="A call without an idempotency key that is sent again because its answer was lost is not executed a second time."
            checked={values.unkeyed_retry_detection}
            error={form.errorOf("unkeyed_retry_detection")}
            onChange={({ currentTarget }) => form.set("unkeyed_retry_detection", currentTarget.checked)}
          />
          <Switch
            label="Only attributes that were created"
            description="An import or call with any other custom attribute is refused. Off: the attribute is created by it."
            checked={values.known_attributes_only}
            error={form.errorOf("known_attributes_only")}
            onChange={({ currentTarget }) => form.set("known_attributes_only", currentTarget.checked)}
          />
        </Stack>
      </FormFrame>
    </Panel>
  );
}

/** What is no number goes as it was typed: the server says what is wrong with it. */
function quotaOf({
  quota_calls_per_second: text,
}: {
  quota_calls_per_second: string;
}): number | string | null {
  const typed = text.trim();
  if (typed === "") return null;
  return /^\d+$/.test(typed) ? Number(typed) : typed;
}

function ReadOnly({ project }: { readonly project: ProjectSettings }) {
  const { role_label: role } = useProject();
  return (
    <Panel title="Settings">
      <KeyValue
        facts={[
          { label: "Name", value: project.name },
          { label: "Time zone", value: project.time_zone },
          { label: "Calls per second", value: project.quota_calls_per_second ?? "as the instance has it" },
          { label: "Know repeated calls again", value: project.unkeyed_retry_detection ? "On" : "Off" },
          { label: "Only attributes that were created", value: project.known_attributes_only ? "On" : "Off" },
        ]}
      />
      <Text size="sm" c="dimmed" mt="md">
        The role {role} sees these settings and does not change them.
      </Text>
    </Panel>
  );
}
