/** What every tab of the editor shares: the campaign as it is stored, as it is written, and what the server says of it. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import type { AttributeName, TemplateNames } from "../../../../server/src/domain/template-names.ts";
import { keys } from "../../api/query-keys.ts";
import { request } from "../../api/request.ts";
import { useRead } from "../../api/use-read.ts";
import type { TwigCompletion } from "../../components/twig-editor.tsx";
import { useProject } from "../../router/project-context.ts";
import type { Campaign, CampaignCheck } from "./campaign.ts";
import type { Trial } from "./trial.ts";
import type { Editor } from "./use-editor.ts";

export interface EditorPage {
  readonly campaign: Campaign;
  readonly editor: Editor;
  /** null until the first answer. */
  readonly check: CampaignCheck | null;
  readonly checkFault: unknown;
  readonly completions: readonly TwigCompletion[];
  readonly attributes: readonly AttributeName[];
  /** Whom and with what the previews are made. */
  readonly trial: Trial;
  setTrial(trial: Trial): void;
}

export const EditorContext = createContext<EditorPage | null>(null);

/** @throws when it is used outside the editor: a mistake in the code. */
export function useEditorPage(): EditorPage {
  const page = useContext(EditorContext);
  if (page === null) throw new Error("This part stands outside the editor.");
  return page;
}

const CHECK_MS = 250;
const KEPT_MS = 20_000;

/** Asked anew as one types; what was last said stays until the next word. */
export function useCheck({ id }: Campaign, { patch, version }: Editor) {
  const { id: projectId } = useProject();
  const [asked] = useDebouncedValue(patch, CHECK_MS);
  return useQuery({
    queryKey: keys.one(projectId, "campaigns", id, `check ${version} ${JSON.stringify(asked)}`),
    queryFn: ({ signal }) =>
      request<CampaignCheck>("/campaigns/check", {
        method: "POST",
        projectId,
        signal,
        body: { id, ...asked },
      }),
    placeholderData: keepPreviousData,
    gcTime: KEPT_MS,
  });
}

const NO_NAMES: TemplateNames = { attributes: [], filters: [], functions: [], tests: [], tags: [] };

/** For completion: the project's attributes, the params that the template names already, the engine's words. */
export function useTemplateNames(check: CampaignCheck | null) {
  const { data: names = NO_NAMES } = useRead<TemplateNames>({ noun: "names", path: "/names" });
  const params = paramNames(check).join(" ");
  const completions = useMemo(() => completionsOf(names, params.split(" ").filter(Boolean)), [names, params]);
  return { completions, attributes: names.attributes };
}

export const paramNames = (check: CampaignCheck | null): string[] =>
  (check?.params_contract.names ?? []).filter(({ source }) => source === "param").map(({ name }) => name);

function completionsOf(names: TemplateNames, params: readonly string[]): TwigCompletion[] {
  const plain = (kind: TwigCompletion["kind"], labels: readonly string[]) =>
    labels.map((label) => ({ label, kind, detail: kind }));
  return [
    ...names.attributes.map(({ name, type }) => ({
      label: name,
      kind: "attribute" as const,
      detail: `attribute, ${type}`,
    })),
    ...plain("param", params),
    ...plain("filter", names.filters),
    ...plain("function", names.functions),
    ...plain("test", names.tests),
    ...plain("tag", names.tags),
  ];
}
