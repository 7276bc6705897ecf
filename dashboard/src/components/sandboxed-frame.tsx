/**
 * Shows a stranger's HTML, such as an email, in a frame that can do nothing: no script, no form, no navigation, no
 * storage (sandbox=""). It inherits this page's policy, so pictures of other hosts stay out: a preview must tell no
 * tracker that somebody looked. Style elements are given the page's nonce: an email without its styles is no preview.
 */
import { Text } from "@mantine/core";
import { useMemo } from "react";
import { styleNonce } from "../nonce.ts";
import { harmless } from "./harmless-html.ts";

export interface SandboxedFrameProps {
  readonly html: string;
  /** What the frame shows, for screen readers: "Email to ada@example.org". */
  readonly title: string;
  /** Pixels; the content scrolls inside. */
  readonly height?: number;
  /** Shown as to a reader with a dark screen: the document's own dark styles apply. */
  readonly isDark?: boolean;
}

export function SandboxedFrame({ html, title, height = 480, isDark = false }: SandboxedFrameProps) {
  const { document, pictures } = useMemo(() => harmless(html, { isDark, nonce: styleNonce }), [html, isDark]);
  return (
    <>
      {pictures > 0 && (
        <Text size="xs" c="dimmed" px="md" py={6}>
          Pictures of other hosts ({pictures}) are grey boxes here. A reader's mail program loads them.
        </Text>
      )}
      <iframe
        sandbox=""
        srcDoc={document}
        title={title}
        referrerPolicy="no-referrer"
        style={{
          display: "block",
          width: "100%",
          height,
          border: 0,
          background: isDark ? "#121212" : "#fff",
          colorScheme: isDark ? "dark" : "light",
        }}
      />
    </>
  );
}
