/**
 * The state of one campaign while it is written. A draft is saved by itself after a pause; what was launched is saved
 * when its editor says so. Each save names the version that it began with, so that nobody overwrites another unseen.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { ApiError, isStatus } from "../../api/api-error.ts";
import { request } from "../../api/request.ts";
import { useProject } from "../../router/project-context.ts";
import type { Campaign, Channel } from "./campaign.ts";
import { useKeepCampaign } from "./keep-campaign.ts";
import { isSame, patchOf, rebased, type Values, valuesOf } from "./values.ts";

/** After the last key. */
const PAUSE_MS = 800;
/** Before a server that did not answer is asked again. */
const AGAIN_MS = 5_000;

interface Saved {
  readonly values: Values;
  readonly version: number;
}

export interface Editor {
  readonly values: Values;
  /** What is not saved yet, as a body of the API. */
  readonly patch: Readonly<Record<string, unknown>>;
  readonly isDirty: boolean;
  readonly isSaving: boolean;
  /** Why the last save was refused; null when it was not. */
  readonly fault: unknown;
  /** Somebody else saved in the meantime. */
  readonly isConflict: boolean;
  readonly version: number;
  readonly mayEdit: boolean;
  readonly savesItself: boolean;
  setTitle(title: string): void;
  setChannels(channels: readonly Channel[]): void;
  setField(type: string, name: string, value: unknown): void;
  setFields(type: string, fields: Readonly<Record<string, unknown>>): void;
  setSetting(name: string, value: unknown): void;
  /** @returns whether everything is saved. */
  save(): Promise<boolean>;
  /** What is on the screen becomes the newest version, over what somebody else wrote. */
  overwrite(): Promise<boolean>;
  /** Back to what is stored. */
  discard(): Promise<void>;
}

export function useEditor(campaign: Campaign): Editor {
  const { can } = useProject();
  const isDraft = campaign.state === "draft";
  const mayEdit = can("campaigns.edit") && (isDraft || can("campaigns.launch"));
  const [values, setValues] = useState(() => valuesOf(campaign));
  const [saved, setSaved] = useState<Saved>(() => ({ values, version: campaign.version }));
  const saving = useSaving({ id: campaign.id, values, saved, setSaved, setValues });
  const { isSaving, refused, save } = saving;
  const fault = refused?.error ?? null;
  const patch = useMemo(() => patchOf(saved.values, values), [saved, values]);
  const isDirty = Object.keys(patch).length > 0;
  const isConflict = isStatus(fault, 409);
  const savesItself = mayEdit && isDraft;

  // What was refused is refused again until it is changed; a server that was not reached may be back.
  const isRefused = refused !== null && refused.values === values;
  const isWaiting = savesItself && isDirty && !isSaving && !isConflict && (!isRefused || mayPass(fault));
  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the values begins a new pause
  useEffect(() => {
    if (!isWaiting) return;
    const timer = setTimeout(() => void save(), isRefused ? AGAIN_MS : PAUSE_MS);
    return () => clearTimeout(timer);
  }, [values, isWaiting, isRefused]);

  // What another person saved is shown as soon as it is known, where nothing of one's own would be lost.
  useEffect(() => {
    if (isDirty || isSaving || campaign.version <= saved.version) return;
    const next = valuesOf(campaign);
    setValues(next);
    setSaved({ values: next, version: campaign.version });
  }, [campaign, saved.version, isDirty, isSaving]);

  return {
    values,
    patch,
    isDirty,
    isSaving,
    fault,
    isConflict,
    version: saved.version,
    mayEdit,
    savesItself,
    ...useSetters(setValues),
    save,
    overwrite: saving.overwrite,
    discard: saving.discard,
  };
}

const mayPass = (error: unknown): boolean =>
  error instanceof ApiError && (error.status === 0 || error.status >= 500 || error.status === 429);

type SetValues = (change: (before: Values) => Values) => void;

function useSetters(setValues: SetValues) {
  return useMemo(() => {
    const setFields = (type: string, fields: Readonly<Record<string, unknown>>): void =>
      setValues((before) => ({
        ...before,
        messages: { ...before.messages, [type]: { ...before.messages[type], ...fields } },
      }));
    return {
      setTitle: (title: string) => setValues((before) => ({ ...before, title })),
      setChannels: (channels: readonly Channel[]) => setValues((before) => ({ ...before, channels })),
      setFields,
      setField: (type: string, name: string, value: unknown) => setFields(type, { [name]: value }),
      setSetting: (name: string, value: unknown) =>
        setValues((before) => ({ ...before, settings: { ...before.settings, [name]: value } })),
    };
  }, [setValues]);
}

interface Refused {
  readonly error: unknown;
  /** What was sent. */
  readonly values: Values;
}

interface SavingState {
  readonly id: number;
  readonly values: Values;
  readonly saved: Saved;
  setSaved(saved: Saved): void;
  setValues: SetValues;
}

function useSaving({ id, values, saved, setSaved, setValues }: SavingState) {
  const { id: projectId } = useProject();
  const [isSaving, setSaving] = useState(false);
  const [refused, setRefused] = useState<Refused | null>(null);
  // A save that begins right after another one has to see what that one left behind.
  const latest = useRef({ values, saved });
  latest.current = { values, saved };
  const running = useRef<Promise<unknown>>(Promise.resolve());
  const keep = useKeepCampaign();
  const write = useCallback(
    async (version: number | null): Promise<boolean> => {
      const { values: sent, saved: before } = latest.current;
      if (isSame(before.values, sent)) return true;
      setSaving(true);
      try {
        const body = { ...patchOf(before.values, sent), version: version ?? before.version };
        const answer = await request<Campaign>(`/campaigns/${id}`, { method: "PATCH", projectId, body });
        // What nobody here has touched is as it is stored: somebody else's edit, or what MJML was compiled to.
        const stored = rebased({ base: before.values, mine: sent, theirs: valuesOf(answer) });
        const next = { values: stored, version: answer.version };
        latest.current = { ...latest.current, saved: next };
        setSaved(next);
        setValues((now) => rebased({ base: sent, mine: now, theirs: stored }));
        setRefused(null);
        keep(answer);
        return isSame(sent, latest.current.values);
      } catch (error) {
        setRefused({ error, values: sent });
        return false;
      } finally {
        setSaving(false);
      }
    },
    [id, projectId, keep, setSaved, setValues],
  );
  const queued = useCallback((work: () => Promise<boolean>): Promise<boolean> => {
    const next = running.current.then(work, work);
    running.current = next;
    return next;
  }, []);
  const read = useCallback(async (): Promise<Campaign | null> => {
    try {
      return await request<Campaign>(`/campaigns/${id}`, { projectId });
    } catch (error) {
      setRefused({ error, values: latest.current.values });
      return null;
    }
  }, [id, projectId]);
  return {
    isSaving,
    refused,
    save: useCallback(() => queued(() => write(null)), [queued, write]),
    overwrite: useCallback(
      () =>
        queued(async () => {
          const stored = await read();
          return stored !== null && (await write(stored.version));
        }),
      [queued, read, write],
    ),
    discard: useCallback(async () => {
      const stored = await read();
      if (stored === null) return;
      const next = valuesOf(stored);
      setValues(() => next);
      setSaved({ values: next, version: stored.version });
      setRefused(null);
      keep(stored);
    }, [read, keep, setSaved, setValues]),
  };
}
