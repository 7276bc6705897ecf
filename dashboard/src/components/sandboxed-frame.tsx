/**
 * Shows a stranger's HTML, such as an email, in a frame that can do nothing: no script, no form, no navigation, no
 * storage (sandbox=""). It inherits this page's policy, so pictures of other hosts stay out: a preview must tell no
 * tracker that somebody looked. Style elements are given the page's nonce: an email without its styles is no preview.
 */
import { Text } from "@mantine/core";
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
  const { document, pictures } = useMemo(() => harmless(html, isDark), [html, isDark]);
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

const NOT_SHOWN = "script, link, base, meta[http-equiv], iframe, object, embed, video, audio";
const ELSEWHERE = /^\s*(?:https?:)?\/\//i;
const ELSEWHERE_IN_CSS = /url\(\s*['"]?\s*(?:https?:)?\/\/[^)]*\)/gi;
const GREY_BOX =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' width='120' height='68'%3E%3Crect width='100%25' height='100%25' fill='%23d9dde2'/%3E%3C/svg%3E";

/**
 * The policy refuses all of it anyway; taken out before, the browser has nothing to complain about and the reader
 * sees a calm box in place of a broken picture. Not what keeps us safe: that is the sandbox and the policy.
 */
function harmless(html: string, isDark: boolean): { readonly document: string; readonly pictures: number } {
  // Before it is parsed: even a document that is never shown is held to the policy.
  const styled = html.replace(/<style\b/gi, `<style nonce="${styleNonce}"`);
  const parsed = new DOMParser().parseFromString(styled.replace(ELSEWHERE_IN_CSS, "none"), "text/html");
  for (const element of parsed.querySelectorAll(NOT_SHOWN)) element.remove();
  for (const style of parsed.querySelectorAll("style")) {
    style.textContent = inScheme(style.textContent ?? "", isDark);
  }
  const pictures = [...parsed.querySelectorAll("img")].filter(({ src }) => ELSEWHERE.test(src));
  for (const picture of pictures) {
    picture.src = GREY_BOX;
    picture.removeAttribute("srcset");
  }
  for (const element of parsed.querySelectorAll("[background]")) element.removeAttribute("background");
  return { document: `<!doctype html>${parsed.documentElement.outerHTML}`, pictures: pictures.length };
}

const SCHEME = /\(\s*prefers-color-scheme\s*:\s*(dark|light)\s*\)/gi;

/** The frame's own scheme answers the document's questions, not that of whoever looks at it. */
const inScheme = (css: string, isDark: boolean): string =>
  css.replace(SCHEME, (_query, asked: string) =>
    (asked.toLowerCase() === "dark") === isDark ? "(min-width: 0)" : "(max-width: 0)",
  );
