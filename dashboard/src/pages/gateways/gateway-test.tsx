/** Tries the settings of the form for real, step by step, and says in words what is wrong. Nothing is saved. */
import { Button, Stack, TextInput } from "@mantine/core";
import { IconAlertTriangle, IconCircleCheck, IconPlugConnected } from "@tabler/icons-react";
import { type FormEvent, useState } from "react";
import type { GatewayTrial as Trial } from "../../../../server/src/domain/gateway-trial.ts";
import { ApiError } from "../../api/api-error.ts";
import { useChange } from "../../api/use-change.ts";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { Panel } from "../../components/panel.tsx";
import { type GatewayValues, settingsOf } from "./gateway.ts";
import styles from "./gateways.module.css";

export interface GatewayTestProps {
  readonly channel: string;
  readonly values: GatewayValues;
  /** Errors of the settings stand under their fields. */
  refuse(error: unknown): void;
}

export function GatewayTest({ channel, values, refuse }: GatewayTestProps) {
  const [to, setTo] = useState("");
  const test = useChange<void, Trial>({
    ask: () => ({
      path: `/gateways/${channel}/test`,
      body: { kind: values.kind, settings: settingsOf(values), to: to.trim() },
    }),
    touches: [],
  });
  const toError = test.error instanceof ApiError ? test.error.errors.to?.join(" ") : undefined;
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (test.isPending) return;
    test.mutate(undefined, { onError: (error) => (isOfSettings(error) ? refuse(error) : undefined) });
  };
  const isEmail = channel === "email";
  return (
    <Panel
      title="Test"
      hint="Tries the settings above, saved or not: is the address right, does the server answer, does it take us."
    >
      <Stack gap="md" maw={640}>
        <form onSubmit={submit} noValidate className={styles.test}>
          <TextInput
            label={isEmail ? "Send a test message to (optional)" : "Text a test message to (optional)"}
            placeholder={isEmail ? "you@example.com" : "+353 85 000 0000"}
            value={to}
            error={toError}
            onChange={({ currentTarget }) => setTo(currentTarget.value)}
            className={styles.to}
          />
          <Button
            type="submit"
            variant="default"
            loading={test.isPending}
            leftSection={<IconPlugConnected size={16} aria-hidden />}
          >
            Test
          </Button>
        </form>
        {isOfSettings(test.error) && <Notice tone="warn" title="First put the settings above right" />}
        {test.error !== null && toError === undefined && !isOfSettings(test.error) && (
          <ErrorNotice title="There was no test" error={test.error} />
        )}
        {test.data !== undefined && <TrialSteps trial={test.data} />}
      </Stack>
    </Panel>
  );
}

/** They stand under the fields of the form above. */
const isOfSettings = (error: unknown): boolean =>
  error instanceof ApiError && Object.keys(error.errors).some((field) => field !== "to");

const STEP_LABELS: Readonly<Record<string, string>> = {
  settings: "Settings",
  address: "Address",
  connection: "Connection",
  sign_in: "Sign-in",
  message: "Test message",
};

function TrialSteps({ trial: { ok, steps } }: { readonly trial: Trial }) {
  return (
    <Stack gap="sm">
      <Notice tone={ok ? "good" : "bad"} title={ok ? "The gateway works" : "The gateway does not work"} />
      <ol className={styles.steps} aria-label="Steps of the test">
        {steps.map(({ name, ok: isGood, detail }) => (
          <li key={name} className={styles.step} data-bad={!isGood || undefined}>
            {isGood ? (
              <IconCircleCheck size={18} aria-label="Fine" />
            ) : (
              <IconAlertTriangle size={18} aria-label="Wrong" />
            )}
            <span className={styles.name}>{STEP_LABELS[name] ?? name}</span>
            <span className={styles.detail}>{detail}</span>
          </li>
        ))}
      </ol>
    </Stack>
  );
}
