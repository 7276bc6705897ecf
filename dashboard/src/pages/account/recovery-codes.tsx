/** Recovery codes, in sight this once. */
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconCheck, IconCopy, IconDownload } from "@tabler/icons-react";
import { save } from "../../api/download.ts";
import { useCopy } from "../../components/clipboard.ts";
import { Notice } from "../../components/error-notice.tsx";
import styles from "./account.module.css";

export function RecoveryCodes({ codes, close }: { readonly codes: readonly string[]; close(): void }) {
  const text = `${codes.join("\n")}\n`;
  const [copied, copy] = useCopy(text);
  return (
    <Stack>
      <Notice tone="good" title="The authenticator is set up">
        <Text size="sm">
          Keep these recovery codes where you find them without your telephone. Each stands in for a code of
          the app once. They are not shown again.
        </Text>
      </Notice>
      <ul className={styles.codes} aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <Group gap="xs">
        <Button
          variant="default"
          onClick={copy}
          leftSection={
            copied === "yes" ? <IconCheck size={16} aria-hidden /> : <IconCopy size={16} aria-hidden />
          }
        >
          {{ no: "Copy all", yes: "Copied", failed: "Not copied" }[copied]}
        </Button>
        <Button
          variant="default"
          leftSection={<IconDownload size={16} aria-hidden />}
          onClick={() => save(new Blob([text], { type: "text/plain" }), "carillon-recovery-codes.txt")}
        >
          Download
        </Button>
        <Button onClick={close}>I have kept them</Button>
      </Group>
    </Stack>
  );
}
