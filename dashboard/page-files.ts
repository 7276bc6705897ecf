/**
 * Writes pages.json into the build: which files each page of a project needs beside those that index.html names. The
 * server puts them into the page's head, so that a first visit asks for them at once and not after the app has run.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";
import type { PageRoute } from "./src/router/page-route.ts";

/** Of Vite's output, what is read here. */
interface Chunk {
  readonly fileName: string;
  readonly facadeModuleId: string | null;
  readonly isEntry: boolean;
  readonly imports: readonly string[];
  readonly viteMetadata?: { readonly importedCss: ReadonlySet<string> };
}

type Source = Readonly<Record<"path" | "module", string>>;

/** @param folder of the pages: each noun's routes.ts is read from it. */
export function pageFiles(folder: string): Plugin {
  return {
    name: "carillon-page-files",
    apply: "build",
    enforce: "post",
    async generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk") as readonly Chunk[];
      const known = filesOf(
        chunks.find(({ isEntry }) => isEntry),
        chunks,
      );
      const pages = (await sourcesIn(folder)).map(({ path, module }) => {
        const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId === module);
        if (chunk === undefined) throw new Error(`no file of the build is the page ${path} (${module})`);
        return { path, files: [...filesOf(chunk, chunks)].filter((file) => !known.has(file)) };
      });
      this.emitFile({ type: "asset", fileName: "pages.json", source: JSON.stringify(pages) });
    },
  };
}

/** Each page's path with its module, which only the text of its `load` tells before it runs. */
async function sourcesIn(folder: string): Promise<readonly Source[]> {
  const found: Source[] = [];
  for (const noun of readdirSync(folder)) {
    const routes = join(folder, noun, "routes.ts");
    if (!existsSync(routes)) continue;
    const { pages } = (await import(routes)) as { readonly pages: readonly PageRoute[] };
    for (const { path, load } of pages) {
      const file = /import\(\s*["'](.+?)["']\s*\)/.exec(String(load))?.[1];
      if (file === undefined) throw new Error(`the page ${path} of ${noun} does not say its module`);
      found.push({ path, module: join(folder, noun, file) });
    }
  }
  return found;
}

/** A chunk with all that it imports, scripts and style sheets. */
function filesOf(start: Chunk | undefined, chunks: readonly Chunk[]): Set<string> {
  const files = new Set<string>();
  const visit = (chunk: Chunk | undefined): void => {
    if (chunk === undefined || files.has(chunk.fileName)) return;
    files.add(chunk.fileName);
    for (const file of chunk.viteMetadata?.importedCss ?? []) files.add(file);
    for (const name of chunk.imports) visit(chunks.find(({ fileName }) => fileName === name));
  };
  visit(start);
  return files;
}
