/** The own name. */
import { TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { FormFrame, useForm } from "../../components/form.tsx";
import { useOwnChange } from "./use-own-change.ts";

export function NameForm({ name }: { readonly name: string }) {
  const form = useForm({ name });
  const { mutate, isPending } = useOwnChange<void>(
    () => ({ method: "PATCH", path: "/me", body: form.values }),
    () => {
      notifications.show({ message: "Your name is changed." });
      form.reset(form.values);
    },
  );
  return (
    <FormFrame
      form={form}
      submit={() => mutate(undefined, { onError: form.refuse })}
      isPending={isPending}
      action="Save the name"
      failed="The name was not changed"
    >
      <TextInput {...form.text("name")} label="Name" autoComplete="name" maw={360} />
    </FormFrame>
  );
}
