/**
 * Shows a stranger's HTML, such as an email, in a frame that can do nothing: no script, no form, no navigation, no
 * storage (sandbox=""). It inherits this page's policy, so pictures of other hosts stay out too; its style elements
 * are given the page's nonce, because an email without its styles is no preview.
 */
import { useMemo } from "react";
import { styleNonce } from "../nonce.ts";

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
  const document = useMemo(() => withNonce(html), [html]);
  return (
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
  );
}

function withNonce(html: string): string {
  const parsed = new DOMParser().parseFromString(html, "text/html");
  for (const style of parsed.querySelectorAll("style")) style.setAttribute("nonce", styleNonce);
  // The policy refuses them all the same; without them the browser has nothing to complain about.
  for (const script of parsed.querySelectorAll(
    "script, link, base, meta[http-equiv], iframe, object, embed",
  )) {
    script.remove();
  }
  return `<!doctype html>${parsed.documentElement.outerHTML}`;
}
