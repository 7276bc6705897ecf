/** The two steps of setting up: the app learns the secret, then its first code proves that it did. */
import { Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useEffect } from "react";
import type { TotpSetup } from "../../../../server/src/actions/users/second-factor.ts";
import { CopyField } from "../../components/copy.tsx";
import { ErrorNotice } from "../../components/error-notice.tsx";
import { FormFrame, useForm } from "../../components/form.tsx";
import styles from "./account.module.css";
import { QrCode } from "./qr-code.tsx";
import { useOwnChange } from "./use-own-change.ts";

export interface AuthenticatorSetupProps {
  done(codes: readonly string[]): void;
  cancel(): void;
}

export function AuthenticatorSetup({ done, cancel }: AuthenticatorSetupProps) {
  const {
    mutate: start,
    data,
    error,
  } = useOwnChange<void, TotpSetup>(() => ({ path: "/me/totp/start", body: {} }));
  useEffect(() => start(), [start]);
  if (error !== null)
    return <ErrorNotice title="The set-up did not start" error={error} retry={() => start()} />;
  if (data === undefined) return <Skeleton height={220} radius="md" />;
  return (
    <div className={styles.setup}>
      <QrCode text={data.uri} label="QR code for the authenticator app" />
      <Stack gap="md" className={styles.steps}>
        <Text size="sm">Scan the code with an authenticator app, or type this key into it:</Text>
        <CopyField label="Key" value={data.secret.replace(/(.{4})(?=.)/g, "$1 ")} />
        <ConfirmCode done={done} cancel={cancel} />
      </Stack>
    </div>
  );
}

function ConfirmCode({ done, cancel }: AuthenticatorSetupProps) {
  const form = useForm({ code: "" });
  const { mutate, isPending } = useOwnChange<void, { recovery_codes: string[] }>(
    () => ({ path: "/me/totp/confirm", body: form.values }),
    (answer) => done(answer.recovery_codes),
  );
  return (
    <FormFrame
      form={form}
      submit={() => mutate(undefined, { onError: form.refuse })}
      isPending={isPending}
      action="Confirm"
      failed="The authenticator was not set up"
      cancel={cancel}
    >
      <TextInput
        {...form.text("code")}
        label="Code that the app shows now"
        inputMode="numeric"
        autoComplete="one-time-code"
        autoFocus
        maw={220}
      />
    </FormFrame>
  );
}
