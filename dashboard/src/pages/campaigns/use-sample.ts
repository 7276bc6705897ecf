/** One channel of what is being written, rendered by the server as the worker would, for the person and params of the trial. */
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import type { Preview } from "../../../../server/src/actions/campaigns/preview-campaign.ts";
import { keys } from "../../api/query-keys.ts";
import { request } from "../../api/request.ts";
import { useProject } from "../../router/project-context.ts";
import { useEditorPage } from "./editor-context.ts";

export type Rendered = NonNullable<Preview[keyof Preview]>;

export interface Sample {
  readonly content: Rendered | null;
  readonly error: unknown;
  readonly isPending: boolean;
}

const PAUSE_MS = 350;
const KEPT_MS = 20_000;

/** @param isPersonalOnly nothing is asked while examples stand in for everything. */
export function useSample(channel: string, { isPersonalOnly = false } = {}): Sample {
  const { isPersonal, ...asked } = useTrialBody();
  const result = useSamples({ ...asked, channel }, !(isPersonalOnly && !isPersonal));
  if (isPersonalOnly && !isPersonal) return { content: null, error: null, isPending: false };
  return { content: result.data?.[channel] ?? null, error: result.error, isPending: result.isPending };
}

/** What a preview is asked with; without params until their examples are known. */
export function useTrialBody() {
  const { campaign, editor, check, checkFault, trial } = useEditorPage();
  const { can } = useProject();
  const userId = can("profiles.read") ? trial.userId : "";
  const isPersonal = userId !== "" || trial.params !== null;
  // A real person's attributes must not be hidden behind examples: params win over the profile.
  const examples = userId === "" ? check?.example_params : paramsOf(check);
  return {
    isPersonal,
    id: campaign.id,
    ...editor.patch,
    params: trial.params ?? examples ?? (checkFault === null ? undefined : {}),
    ...(userId === "" ? {} : { user_id: userId }),
  };
}

function paramsOf(check: ReturnType<typeof useEditorPage>["check"]): Record<string, unknown> {
  const names = check?.params_contract.names.filter(({ source }) => source === "param") ?? [];
  return Object.fromEntries(names.map(({ name }) => [name, check?.example_params[name]]));
}

const isWhole = (asked: string): boolean => "params" in JSON.parse(asked);

/** Every channel that is switched on, or the one that is asked for. */
export function useSamples(body: Readonly<Record<string, unknown>>, enabled = true) {
  const { id: projectId } = useProject();
  const { campaign, editor } = useEditorPage();
  const [asked] = useDebouncedValue(JSON.stringify(body), PAUSE_MS);
  return useQuery({
    queryKey: keys.one(projectId, "campaigns", campaign.id, `preview ${editor.version} ${asked}`),
    queryFn: ({ signal }) =>
      request<Readonly<Record<string, Rendered>>>("/campaigns/preview", {
        method: "POST",
        projectId,
        signal,
        body: JSON.parse(asked),
      }),
    placeholderData: keepPreviousData,
    gcTime: KEPT_MS,
    enabled: enabled && isWhole(asked),
  });
}
