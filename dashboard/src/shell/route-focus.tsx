/**
 * Where the focus goes when the page changes: to its heading, so that a keyboard or a screen reader starts there.
 * Not at the first page of a visit, which the browser announces itself.
 */
import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

let isMoved = false;

/** Notes each change of page; stands once, at the root. */
export function RouteWatch() {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onBeforeNavigate", ({ pathChanged, fromLocation }) => {
        if (pathChanged && fromLocation !== undefined) isMoved = true;
      }),
    [router],
  );
  return null;
}

/** @returns true once after each change of page. */
export function takeMove(): boolean {
  const was = isMoved;
  isMoved = false;
  return was;
}
