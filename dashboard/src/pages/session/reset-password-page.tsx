/** Choosing a new password with the link from the mail. */
import { Anchor, Button, PasswordInput, Text } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { confirmReset } from "../../api/session.ts";
import { FormFrame, useForm } from "../../components/form.tsx";
import { SessionFrame } from "./session-frame.tsx";

export default function ResetPasswordPage() {
  const { token = "" }: { token?: string } = useSearch({ strict: false });
  const form = useForm({ password: "" });
  const { mutate, isPending, isSuccess } = useMutation({
    mutationFn: () => confirmReset({ token, password: form.values.password }),
    onError: form.refuse,
  });
  if (isSuccess) {
    return (
      <SessionFrame title="The password is changed">
        <Text size="sm" mb="md">
          All other sessions of your account have ended.
        </Text>
        <Button fullWidth component={Link} to="/sign-in">
          Sign in
        </Button>
      </SessionFrame>
    );
  }
  const another = (
    <Anchor component={Link} to="/forgot-password">
      Ask for another link
    </Anchor>
  );
  return (
    <SessionFrame title="Choose a new password" foot={another}>
      <FormFrame
        form={form}
        submit={mutate}
        isPending={isPending}
        action="Change the password"
        failed="Not changed"
        isWide
      >
        <PasswordInput
          {...form.text("password")}
          label="New password"
          description="At least 10 characters. A few words are easier to keep than signs."
          autoComplete="new-password"
          autoFocus
        />
      </FormFrame>
    </SessionFrame>
  );
}
