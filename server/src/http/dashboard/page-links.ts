/**
 * What the head of the dashboard's page asks for beside the app itself: the files of the page that the address opens
 * (pages.json of the build), so that they come together with the app's and not after it has run.
 */
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** @param url of the request. @returns link tags; "" where no page of a project is known by this address. */
export type PageLinks = (url: string) => string;

interface Page {
  /** Below /p/<project>: "campaigns/$id/results". */
  readonly path: string;
  readonly files: readonly string[];
}

interface KnownPage {
  readonly segments: readonly string[];
  readonly tags: string;
}

/** @param folder of the build. One that was made without pages.json works too: its pages are asked for later. */
export function readPageLinks(folder: string): PageLinks {
  const path = join(folder, "pages.json");
  if (!existsSync(path)) return () => "";
  const pages = (JSON.parse(readFileSync(path, "utf8")) as readonly Page[]).map(knownPage);
  return (url) => {
    const segments = segmentsBelowProject(url);
    if (segments === null) return "";
    const fitting = pages.filter((page) => fits(page.segments, segments));
    // "campaigns/new" is no campaign of the id "new".
    const exact = fitting.find((page) => !page.segments.some(isParameter));
    return (exact ?? fitting[0])?.tags ?? "";
  };
}

const knownPage = ({ path, files }: Page): KnownPage => ({
  segments: segmentsOf(path),
  tags: files.map(tagOf).join(""),
});

/** As the build writes its own: another `crossorigin` would fetch the file twice. */
const tagOf = (file: string): string =>
  `<link rel="${file.endsWith(".css") ? "stylesheet" : "modulepreload"}" crossorigin href="/${file}">`;

const segmentsOf = (path: string): string[] => path.split("/").filter((segment) => segment !== "");

function segmentsBelowProject(url: string): string[] | null {
  const [first, project, ...below] = segmentsOf(url.split(/[?#]/, 1)[0] ?? "");
  return first === "p" && project !== undefined ? below : null;
}

const isParameter = (segment: string): boolean => segment.startsWith("$");

const fits = (pattern: readonly string[], segments: readonly string[]): boolean =>
  pattern.length === segments.length &&
  pattern.every((segment, i) => isParameter(segment) || segment === segments[i]);
