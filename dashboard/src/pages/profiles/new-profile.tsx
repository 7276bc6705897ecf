/** One person, added by hand. */
import { Modal, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useNavigate } from "@tanstack/react-router";
import { useChange } from "../../api/use-change.ts";
import { FormFrame, useForm } from "../../components/form.tsx";
import { useProject } from "../../router/project-context.ts";
import { byField } from "./by-field.ts";
import { ConsentChoice } from "./consent-choice.tsx";
import type { Profile } from "./profile.ts";

const EMPTY = {
  user_id: "",
  first_name: "",
  last_name: "",
  email: "",
  email_subscription: "",
  mobile_number: "",
  sms_subscription: "",
};

export function NewProfile({ isOpen, close }: { readonly isOpen: boolean; close(): void }) {
  return (
    <Modal opened={isOpen} onClose={close} title="Add a person" size="lg">
      <NewProfileForm close={close} />
    </Modal>
  );
}

function NewProfileForm({ close }: { close(): void }) {
  const form = useForm(EMPTY);
  const navigate = useNavigate();
  const { path } = useProject();
  const { mutate, isPending } = useChange<void, Profile>({
    ask: () => ({ path: "/profiles", body: bodyOf(form.values) }),
    touches: ["profiles"],
    onDone: (profile) => {
      notifications.show({ message: "The person is added." });
      void navigate({ to: path(`profiles/${profile.id}`) });
    },
  });
  const consentOf = (name: "email_subscription" | "sms_subscription", label: string) => (
    <ConsentChoice
      name={name}
      label={label}
      value={form.values[name]}
      error={form.errorOf(name)}
      onChange={(value) => form.set(name, value)}
    />
  );
  return (
    <FormFrame
      form={form}
      submit={() => mutate(undefined, { onError: (error) => form.refuse(byField(error)) })}
      isPending={isPending}
      action="Add the person"
      failed="Nobody was added"
      cancel={close}
    >
      <Stack gap="sm">
        <TextInput
          {...form.text("user_id")}
          label="User ID"
          description="By which your backend knows the person. May be left out where there is an email."
          data-autofocus
        />
        <SimpleGrid cols={{ base: 1, xs: 2 }} spacing="sm">
          <TextInput {...form.text("first_name")} label="First name" />
          <TextInput {...form.text("last_name")} label="Last name" />
          <TextInput {...form.text("email")} label="Email" type="email" />
          {consentOf("email_subscription", "May they be emailed?")}
          <TextInput {...form.text("mobile_number")} label="Mobile number" placeholder="+353 85 000 0000" />
          {consentOf("sms_subscription", "May they be texted?")}
        </SimpleGrid>
      </Stack>
    </FormFrame>
  );
}

function bodyOf({ user_id, ...attributes }: typeof EMPTY): unknown {
  const given = Object.entries(attributes).filter(([, value]) => value.trim() !== "");
  return { user_id: user_id.trim(), attributes: Object.fromEntries(given) };
}
