/** A new password, against the one so far. */
import { PasswordInput, Stack } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { ApiError } from "../../api/api-error.ts";
import { FormFrame, useForm } from "../../components/form.tsx";
import { useOwnChange } from "./use-own-change.ts";

const EMPTY = { current: "", next: "" };

export function PasswordForm({ email }: { readonly email: string }) {
  const form = useForm(EMPTY);
  const { mutate, isPending } = useOwnChange<void>(
    () => ({ method: "PATCH", path: "/me", body: { password: form.values } }),
    () => {
      notifications.show({ message: "Your password is changed. Other browsers are signed out." });
      form.reset(EMPTY);
    },
  );
  return (
    <FormFrame
      form={form}
      submit={() => mutate(undefined, { onError: (error) => form.refuse(byField(error)) })}
      isPending={isPending}
      action="Change the password"
      failed="The password was not changed"
    >
      <Stack gap="sm" maw={360}>
        {/* Password managers read whose password this is. */}
        <input type="email" name="username" autoComplete="username" value={email} readOnly hidden />
        <PasswordInput {...form.text("current")} label="Current password" autoComplete="current-password" />
        <PasswordInput
          {...form.text("next")}
          label="New password"
          description="At least 10 characters."
          autoComplete="new-password"
        />
      </Stack>
    </FormFrame>
  );
}

/** The server names the fields `password.current` and `password.next`. */
function byField(error: unknown): unknown {
  if (!(error instanceof ApiError)) return error;
  const errors = Object.fromEntries(
    Object.entries(error.errors).map(([path, texts]) => [
      path.replace(/^password\./, ""),
      texts.map((text) =>
        text
          .replace(/^Password\.current/, "The current password")
          .replace(/^Password\.next/, "The new password"),
      ),
    ]),
  );
  const { status, code, message, requestId } = error;
  return new ApiError({ status, code, message, requestId, errors });
}
