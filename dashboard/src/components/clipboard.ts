/**
 * Putting text on the clipboard. Browsers give their clipboard to pages over https and on this machine only; a first
 * instance in an office is often opened as http://its-name:8400, where the older way has to do.
 */
import { useEffect, useRef, useState } from "react";

export type Copied = "no" | "yes" | "failed";

const SHOWN_MS = 1_600;

/** What became of the last press, for a moment; `copy` is for a button. */
export function useCopy(text: string): readonly [Copied, () => void] {
  const [state, setState] = useState<Copied>("no");
  const timer = useRef<number>(undefined);
  useEffect(() => () => window.clearTimeout(timer.current), []);
  const copy = async (): Promise<void> => {
    const isDone = await copyText(text);
    window.clearTimeout(timer.current);
    setState(isDone ? "yes" : "failed");
    timer.current = window.setTimeout(() => setState("no"), SHOWN_MS);
  };
  return [state, () => void copy()];
}

async function copyText(text: string): Promise<boolean> {
  try {
    // Missing where the page is not secure, whatever the types say.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copySelected(text);
  }
}

/** The focus stays where it is: only the selection is borrowed. */
function copySelected(text: string): boolean {
  const selection = document.getSelection();
  if (selection === null) return false;
  const before = Array.from({ length: selection.rangeCount }, (_, i) => selection.getRangeAt(i));
  const carrier = document.createElement("pre");
  carrier.textContent = text;
  carrier.setAttribute("aria-hidden", "true");
  Object.assign(carrier.style, { position: "fixed", insetBlockStart: "0", clipPath: "inset(50%)" });
  // The plain text alone, without the looks of the page.
  carrier.addEventListener("copy", (event) => {
    event.preventDefault();
    event.clipboardData?.setData("text/plain", text);
  });
  document.body.append(carrier);
  selection.selectAllChildren(carrier);
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    carrier.remove();
    selection.removeAllRanges();
    for (const range of before) selection.addRange(range);
  }
}
