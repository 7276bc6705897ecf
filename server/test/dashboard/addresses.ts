/**
 * Every page that there is, by the dashboard's own table of routes: a page that is added is tested everywhere at once,
 * and one with a `$` in its path fails the tests until an example of it stands here.
 */
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { until } from "../stack.ts";
import type { FullProject } from "./full-project.ts";
import { STEP_MS, type Tab } from "./harness.ts";

const PAGES = resolve(import.meta.dirname, "../../../dashboard/src/pages");

export interface Route {
  readonly path: string;
  readonly title: string;
  readonly permission: string | null;
}

export interface Address extends Route {
  /** Below the project. */
  readonly at: string;
}

/** The table of routes, as the router gathers it: from each folder's routes.ts. */
export async function readRoutes(): Promise<Route[]> {
  const files = readdirSync(PAGES, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith("routes.ts"))
    .sort();
  const modules = await Promise.all(
    files.map(async (name): Promise<{ pages: Route[] }> => await import(join(PAGES, name))),
  );
  return modules.flatMap(({ pages }) => pages);
}

const EXAMPLES: Readonly<Record<string, (full: FullProject) => readonly (string | number)[]>> = {
  "campaigns/$id": ({ campaigns }) => Object.values(campaigns),
  "campaigns/$id/$tab": ({ campaigns: { live, mjml } }) => [
    ...["setup", "segment", "content", "preview", "schedule", "launch", "versions"].map(
      (tab) => `${live}/${tab}`,
    ),
    `${mjml}/content`,
    `${mjml}/launch`,
    `${mjml}/versions`,
  ],
  "campaigns/$id/results": ({ campaigns }) => [`${campaigns.live}/results`],
  "executions/$id": ({ execution }) => [execution],
  "executions/$id/explain": ({ execution, reader }) => [`${execution}/explain?target=${reader}`],
  "messages/$id": ({ messages }) => messages.slice(0, 1),
  "profiles/$id": ({ person }) => [person],
  "imports/$id": ({ imports }) => Object.values(imports),
  "settings/api/$id": ({ client }) => [client, `${client}?tab=credentials`],
  "settings/webhooks/$id": ({ connection }) => [connection, `${connection}?tab=settings`],
  "settings/gateways/$channel": () => ["email", "sms"],
};

/** @throws for a page whose path needs an example that is not there. */
export async function addressesOf(full: FullProject): Promise<Address[]> {
  const routes = await readRoutes();
  return routes.flatMap((route) => {
    if (!route.path.includes("$")) return [{ ...route, at: route.path }];
    const examples = EXAMPLES[route.path];
    if (examples === undefined) throw new Error(`no example of the page ${route.path} in addresses.ts`);
    const before = route.path.slice(0, route.path.indexOf("$"));
    return examples(full).map((rest) => ({ ...route, at: `${before}${rest}` }));
  });
}

/** Pages that a project without anything in it has too. */
export const emptyAddresses = async (): Promise<Address[]> =>
  (await readRoutes())
    .filter(({ path }) => !path.includes("$"))
    .map((route) => ({ ...route, at: route.path }));

export interface Visitor {
  /** Opens a page of the project, by its address below the project; waits until it is settled. */
  (at: string): Promise<void>;
  /** Waits until the page has what it asked for. */
  settle(calmLooks?: number): Promise<void>;
}

export function visitor({ page, goto }: Pick<Tab, "page" | "goto">): Visitor {
  let open = 0;
  const ended = (): void => {
    open -= 1;
  };
  page.on("request", () => {
    open += 1;
  });
  page.on("requestfinished", ended);
  page.on("requestfailed", ended);
  const isCalm = async (): Promise<boolean> => open <= 0 && (await page.locator(WAITING).count()) === 0;
  const settle = async (calmLooks = CALM_LOOKS): Promise<void> => {
    let calm = 0;
    await until(
      async () => {
        calm = (await isCalm()) ? calm + 1 : 0;
        return calm;
      },
      (looks) => looks >= calmLooks,
      STEP_MS,
    );
  };
  const visit = async (at: string): Promise<void> => {
    open = 0;
    await goto(at);
    await settle();
  };
  return Object.assign(visit, { settle });
}

/** Each of `work` is done once, by whichever tab is free. */
export async function shareOut<T>(
  tabs: readonly Tab[],
  work: readonly T[],
  walk: (tab: Tab) => (one: T) => Promise<void>,
): Promise<void> {
  const left = [...work];
  const takeAll = async (tab: Tab): Promise<void> => {
    const take = walk(tab);
    for (let one = left.shift(); one !== undefined; one = left.shift()) await take(one);
  };
  await Promise.all(tabs.map(takeAll));
}

const WAITING = "[aria-label^='Loading'], [class*='Skeleton-root']";
/** In a row, 25 ms apart: a page may ask a second time with what it heard. */
const CALM_LOOKS = 4;

export const nameOf = (at: string): string =>
  at === "" ? "overview" : at.replace(/ccl_\w+/, "client").replace(/\W+/g, "-");
