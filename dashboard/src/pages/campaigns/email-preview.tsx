/** The email that is being written, in the width of a desk or a phone, for readers with a light or a dark screen. */
import { Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { ErrorNotice, Notice } from "../../components/error-notice.tsx";
import { SandboxedFrame } from "../../components/sandboxed-frame.tsx";
import { useUrlState } from "../../router/url-state.ts";
import styles from "./campaigns.module.css";
import { TrialCaption } from "./trial-caption.tsx";
import { type Rendered, useSample } from "./use-sample.ts";

const USUAL = { width: "desktop", screen: "light", part: "html" };
const HEIGHT = 560;

const WIDTHS = [
  { value: "desktop", label: "Desktop" },
  { value: "phone", label: "Phone" },
];
const SCREENS = [
  { value: "light", label: "Light" },
  { value: "dark", label: "Dark" },
];
const PARTS = [
  { value: "html", label: "HTML" },
  { value: "text", label: "Text" },
];

export function EmailPreview() {
  const [state, set] = useUrlState(USUAL);
  const { content, error, isPending } = useSample("email");
  return (
    <Stack gap="sm">
      <Group gap="xs">
        <SegmentedControl
          size="xs"
          aria-label="Part"
          data={PARTS}
          value={state.part}
          onChange={(part) => set({ part })}
        />
        <SegmentedControl
          size="xs"
          aria-label="Width"
          data={WIDTHS}
          value={state.width}
          onChange={(width) => set({ width })}
        />
        <SegmentedControl
          size="xs"
          aria-label="Reader's screen"
          data={SCREENS}
          value={state.screen}
          onChange={(screen) => set({ screen })}
        />
      </Group>
      {error !== null && <ErrorNotice title="No preview" error={error} />}
      {error === null && isPending && <Skeleton height={HEIGHT} />}
      {content !== null && <Mail content={content} />}
      <TrialCaption />
    </Stack>
  );
}

const textOf = (content: Rendered, name: string): string => {
  const value = content[name];
  return typeof value === "string" ? value : "";
};

function Mail({ content }: { readonly content: Rendered }) {
  const [{ width, screen, part }] = useUrlState(USUAL);
  const html = textOf(content, "html");
  const text = textOf(content, "text");
  const name = textOf(content, "from_name");
  const from = name === "" ? textOf(content, "from") : `${name} <${textOf(content, "from")}>`;
  return (
    <>
      {content.problems.length > 0 && (
        <Notice tone="warn" title="This would not be sent">
          <ul className={styles.plainList}>
            {content.problems.map((problem) => (
              <li key={problem}>{problem}</li>
            ))}
          </ul>
        </Notice>
      )}
      <div className={styles.mail} data-width={width}>
        <div className={styles.mailHead}>
          <Text fw={600}>{textOf(content, "subject") || "(no subject)"}</Text>
          <Text size="xs" c="dimmed">
            {from}
          </Text>
        </div>
        {part === "text" ? (
          <pre className={styles.plainMail}>{text || "There is no plain text."}</pre>
        ) : (
          <SandboxedFrame html={html} title="Email" height={HEIGHT} isDark={screen === "dark"} />
        )}
      </div>
      {screen === "dark" && part === "html" && (
        <Text size="xs" c="dimmed">
          Dark as readers see it whose mail client follows the email's own dark styles. Others turn its
          colours around by rules of their own.
        </Text>
      )}
    </>
  );
}
