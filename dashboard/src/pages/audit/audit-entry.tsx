/** One change in full. */
import { Stack } from "@mantine/core";
import type { AuditView as AuditEntry } from "../../../../server/src/actions/tokens/audit-trail.ts";
import { CodeBlock } from "../../components/code-block.tsx";
import { MonoField } from "../../components/copy.tsx";
import { KeyValue } from "../../components/key-value.tsx";
import { DateTime } from "../../components/time.tsx";

export type { AuditEntry };

/** "client:ccl_1_ab" -> "client ccl_1_ab" */
export const objectWords = (object: string): string => object.replace(":", " ");

export function AuditEntryView({ entry, who }: { readonly entry: AuditEntry; readonly who: string }) {
  const samples = [
    { label: "After", code: JSON.stringify(entry.after, null, 2) },
    { label: "Before", code: JSON.stringify(entry.before, null, 2) },
  ].filter(({ code }) => code !== "null");
  return (
    <Stack>
      <KeyValue
        facts={[
          { label: "What", value: <code>{entry.action}</code> },
          { label: "On", value: objectWords(entry.object) },
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
