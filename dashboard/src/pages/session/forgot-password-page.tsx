/** Asking for a link to a new password. The answer is the same whether or not there is such an account. */
import { Anchor, Text, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { askForReset } from "../../api/session.ts";
import { FormFrame, useForm } from "../../components/form.tsx";
import { SessionFrame } from "./session-frame.tsx";

const back = (
  <Anchor component={Link} to="/sign-in">
    Back to sign in
  </Anchor>
);

export default function ForgotPasswordPage() {
  const form = useForm({ email: "" });
  const { mutate, isPending, isSuccess } = useMutation({
    mutationFn: () => askForReset(form.values.email),
    onError: form.refuse,
  });
  if (isSuccess) {
    return (
      <SessionFrame title="Look into your mailbox" foot={back}>
        <Text size="sm">
          If {form.values.email} has an account here, a link to a new password is on its way. It works for an
          hour. Where this installation sends no mail, its operator finds the link in the server's log.
        </Text>
      </SessionFrame>
    );
  }
  return (
    <SessionFrame title="A new password" hint="We send a link to your email address." foot={back}>
      <FormFrame
        form={form}
        submit={mutate}
        isPending={isPending}
        action="Send the link"
        failed="Not sent"
        isWide
      >
        <TextInput {...form.text("email")} label="Email" type="email" autoComplete="username" autoFocus />
      </FormFrame>
    </SessionFrame>
  );
}
