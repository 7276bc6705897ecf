/** Signing in: email and password, then the authenticator's code where the account has one. */
import { Anchor, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import { asksForCode, signIn } from "../../api/session.ts";
import { FormFrame, useForm } from "../../components/form.tsx";
import { useEnter } from "./enter.ts";
import { SessionFrame } from "./session-frame.tsx";

export default function SignInPage() {
  const { next }: { next?: string } = useSearch({ strict: false });
  const form = useForm({ email: "", password: "", code: "", needsCode: false });
  const enter = useEnter();
  const { email, password, code, needsCode } = form.values;
  const { mutate, isPending } = useMutation({
    mutationFn: () => signIn({ email, password, ...(needsCode ? { code: code.trim() } : {}) }),
    onSuccess: ({ project_id }) => enter(project_id, next),
    onError: (error) => {
      if (asksForCode(error) && !needsCode) {
        form.reset({ ...form.values, needsCode: true });
      } else {
        form.refuse(error);
      }
    },
  });
  return (
    <SessionFrame
      title={needsCode ? "Your code" : "Sign in to Carillon"}
      hint={needsCode ? `Signing in as ${email}` : undefined}
      foot={
        <Anchor component={Link} to="/forgot-password">
          Forgot the password?
        </Anchor>
      }
    >
      <FormFrame
        form={form}
        submit={mutate}
        isPending={isPending}
        action={needsCode ? "Go on" : "Sign in"}
        failed="Not signed in"
        isWide
      >
        {needsCode ? (
          <TextInput
            {...form.text("code")}
            label="Code of your authenticator"
            description="Six digits, or one of your recovery codes."
            autoComplete="one-time-code"
            inputMode="text"
            autoFocus
          />
        ) : (
          <Stack gap="sm">
            <TextInput
              {...form.text("email")}
              label="Email"
              type="email"
              autoComplete="username"
              autoFocus
              required
              withAsterisk={false}
            />
            <PasswordInput
              {...form.text("password")}
              label="Password"
              autoComplete="current-password"
              required
              withAsterisk={false}
            />
          </Stack>
        )}
      </FormFrame>
    </SessionFrame>
  );
}
