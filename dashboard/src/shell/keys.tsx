/**
 * The keyboard: `g` and a letter goes to a page, `c` creates a campaign, `/` searches (the page's own search field where
 * it has one), `?` shows the sheet. Nothing is taken from a field, an editor, a dialog or the browser's own keys.
 */
import { useNavigate } from "@tanstack/react-router";
import { useEffect } from "react";
import { useProject } from "../router/project-context.ts";
import { palette } from "./command-palette.tsx";
import { areKeysOn } from "./key-preference.ts";
import { KeySheet, openKeySheet } from "./key-sheet.tsx";
import { waysFor } from "./navigation.ts";

/** Between `g` and the letter. */
const PATIENCE_MS = 1_500;
const BUSY = 'input, textarea, select, [contenteditable="true"], [role="menu"], .cm-editor';

const isBusy = (event: KeyboardEvent): boolean =>
  event.defaultPrevented ||
  event.ctrlKey ||
  event.metaKey ||
  event.altKey ||
  document.querySelector('[role="dialog"]') !== null ||
  (event.target instanceof Element && event.target.closest(BUSY) !== null);

export function Keys() {
  const project = useProject();
  const navigate = useNavigate();
  useEffect(() => {
    const ways = waysFor(project);
    const go = (to: string): void => void navigate({ to: project.path(to) });
    let goesSince = Number.NEGATIVE_INFINITY;
    const commands: Readonly<Record<string, () => void>> = {
      "/": search,
      "?": openKeySheet,
      c: () => ways.some(({ to }) => to === "campaigns/new") && go("campaigns/new"),
      g: () => {
        goesSince = performance.now();
      },
    };
    const press = (event: KeyboardEvent): void => {
      if (isBusy(event) || !areKeysOn()) return;
      const isGoing = performance.now() - goesSince < PATIENCE_MS;
      goesSince = Number.NEGATIVE_INFINITY;
      const way = isGoing ? ways.find(({ key }) => key === event.key) : undefined;
      const command = way === undefined ? commands[event.key] : () => go(way.to);
      if (command === undefined) return;
      event.preventDefault();
      command();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [project, navigate]);
  return <KeySheet />;
}

function search(): void {
  const field = document.querySelector<HTMLInputElement>("main [data-page-search]");
  if (field === null) palette.open();
  else {
    field.focus();
    field.select();
  }
}
