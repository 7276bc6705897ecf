/** The second factor: off, being set up, just set up with its recovery codes, or on. */
import { Button, Text } from "@mantine/core";
import { IconShieldLock } from "@tabler/icons-react";
import { useRef, useState } from "react";
import { Panel } from "../../components/panel.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { AuthenticatorSetup } from "./authenticator-setup.tsx";
import { RecoveryCodes } from "./recovery-codes.tsx";
import { RemoveAuthenticator } from "./remove-authenticator.tsx";

export function AuthenticatorPanel({ hasTotp }: { readonly hasTotp: boolean }) {
  const [isSettingUp, setIsSettingUp] = useState(false);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const place = useRef<HTMLDivElement>(null);
  /** The button that was pressed is gone. */
  const toPlace = (): void => void requestAnimationFrame(() => place.current?.focus());
  const done = (recovery: readonly string[]): void => {
    setCodes(recovery);
    setIsSettingUp(false);
    toPlace();
  };
  const cancel = (): void => {
    setIsSettingUp(false);
    toPlace();
  };
  const close = (): void => {
    setCodes(null);
    toPlace();
  };
  return (
    <Panel
      title="Authenticator app"
      hint="A second step at sign-in: a six-digit code that your telephone shows."
      actions={
        <StatusBadge tone={hasTotp ? "good" : "quiet"}>{hasTotp ? "Set up" : "Not set up"}</StatusBadge>
      }
    >
      <div ref={place} tabIndex={-1} style={{ outline: "none" }}>
        {codes !== null && <RecoveryCodes codes={codes} close={close} />}
        {codes === null && isSettingUp && <AuthenticatorSetup done={done} cancel={cancel} />}
        {codes === null && !isSettingUp && !hasTotp && (
          <>
            <Text size="sm" mb="md">
              Without it, whoever learns your password can sign in as you.
            </Text>
            <Button
              leftSection={<IconShieldLock size={16} aria-hidden />}
              variant="default"
              onClick={() => setIsSettingUp(true)}
            >
              Set up an authenticator
            </Button>
          </>
        )}
        {codes === null && !isSettingUp && hasTotp && <RemoveAuthenticator />}
      </div>
    </Panel>
  );
}
