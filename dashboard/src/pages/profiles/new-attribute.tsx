/** One more custom attribute for a person: a name that is known already, or a new one. */
import { Autocomplete, Modal, Stack } from "@mantine/core";
import type { AttributeName } from "../../../../server/src/domain/template-names.ts";
import { FormFrame, useForm } from "../../components/form.tsx";
import { AttributeField } from "./attribute-field.tsx";
import { byField } from "./by-field.ts";
import { useProfileEdit } from "./profile.ts";

export interface NewAttributeProps {
  readonly profileId: number;
  readonly known: readonly AttributeName[];
  readonly isOpen: boolean;
  close(): void;
}

export function NewAttribute(props: NewAttributeProps) {
  return (
    <Modal opened={props.isOpen} onClose={props.close} title="Add an attribute">
      <NewAttributeForm {...props} />
    </Modal>
  );
}

function NewAttributeForm({ profileId, known, close }: NewAttributeProps) {
  const form = useForm({ name: "", value: "" });
  const save = useProfileEdit(profileId, close);
  const { name, value } = form.values;
  const type = known.find((one) => one.name === name)?.type ?? "text";
  const submit = (): void =>
    save.mutate(
      { [name.trim()]: value },
      { onError: (error) => form.refuse(byField(error, name.trim(), "value")) },
    );
  return (
    <FormFrame
      form={form}
      submit={submit}
      isPending={save.isPending}
      action="Add"
      failed="Not added"
      cancel={close}
    >
      <Stack gap="sm">
        <Autocomplete
          label="Name"
          description="Letters, digits and underscores. A new name takes its type from this first value."
          data={known.map((one) => one.name)}
          value={name}
          error={form.errorOf("name")}
          onChange={(text) => form.set("name", text)}
          data-autofocus
        />
        <AttributeField
          label="Value"
          type={type}
          value={value}
          error={form.errorOf("value")}
          onChange={(text) => form.set("value", text)}
        />
      </Stack>
    </FormFrame>
  );
}
