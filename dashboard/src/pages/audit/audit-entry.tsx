/** One change in full. */
import { Stack } from "@mantine/core";
import type { AuditView as AuditEntry } from "../../../../server/src/actions/tokens/audit-trail.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { MonoField } from "../../components/copy.tsx";
import { KeyValue } from "../../components/key-value.tsx";
import { DateTime } from "../../components/time.tsx";

export type { AuditEntry };

const ACTIONS: Readonly<Record<string, string>> = {
  "app_token.disable": "App token switched off",
  "app_token.enable": "App token switched on",
  "app_token.rotate": "App token rotated",
  "app_token.show": "App token shown",
  "campaign.create": "Campaign created",
  "campaign.delete": "Draft deleted",
  "campaign.duplicate": "Campaign duplicated",
  "campaign.start": "Campaign launched",
  "campaign.stop": "Campaign stopped",
  "campaign.test": "Test sent",
  "campaign.update": "Campaign changed",
  "client.add_key": "Key uploaded",
  "client.add_secret": "Secret added",
  "client.create": "Client ID created",
  "client.delete": "Client ID deleted",
  "client.delete_key": "Key deleted",
  "client.delete_secret": "Secret deleted",
  "client.revoke_tokens": "Access tokens ended",
  "client.secret_exposed": "Secret exposed",
  "client.update": "Client ID changed",
  "execution.resend": "Messages sent again",
  "gateway.remove": "Gateway removed",
  "gateway.save": "Gateway saved",
  "import.run": "File imported",
  "invitation.accept": "Invitation accepted",
  "invitation.create": "Somebody invited",
  "invitation.revoke": "Invitation withdrawn",
  "profile.create": "Person added",
  "profile.edit": "Person changed",
  "project.create": "Project created",
  "project.update": "Project changed",
  "user.password_change": "Password changed",
  "user.password_reset": "Password reset",
  "user.recovery_code_used": "Recovery code used",
  "user.remove": "Member removed",
  "user.rename": "Name changed",
  "user.role": "Role changed",
  "user.totp_off": "Authenticator removed",
  "user.totp_on": "Authenticator set up",
};

/** What this version has no words for is told as it is written. */
export const actionWords = (action: string): string => ACTIONS[action] ?? action;

/** By the name that it had or got, where it says one: "client Order service", else "client ccl_1_ab". */
export function objectWords({ object, before, after }: AuditEntry): string {
  const [kind = ""] = object.split(":");
  const name = nameIn(after) ?? nameIn(before);
  return name === null ? object.replace(":", " ") : `${kind} ${name}`;
}

function nameIn(value: unknown): string | null {
  if (typeof value !== "object" || value === null) return null;
  const { name, title, email } = value as Readonly<Record<string, unknown>>;
  const found = [name, title, email].find((one) => typeof one === "string" && one !== "");
  return typeof found === "string" ? found : null;
}

export function AuditEntryView({ entry, who }: { readonly entry: AuditEntry; readonly who: string }) {
  const samples = [
    { label: "After", code: JSON.stringify(entry.after, null, 2) },
    { label: "Before", code: JSON.stringify(entry.before, null, 2) },
  ].filter(({ code }) => code !== "null");
  return (
    <Stack>
      <KeyValue
        facts={[
          { label: "What", value: actionWords(entry.action) },
          { label: "Action", value: <code>{entry.action}</code> },
          { label: "On", value: <code>{entry.object}</code> },
          { label: "Who", value: who },
          { label: "From", value: <code>{entry.ip}</code> },
          { label: "When", value: <DateTime value={entry.time} /> },
          { label: "Hash", value: <MonoField value={entry.hash} label="Copy the hash" /> },
        ]}
      />
      {samples.length > 0 && <CodeBlock label="What changed" samples={samples} />}
    </Stack>
  );
}
