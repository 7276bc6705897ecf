/**
 * The state of one campaign while it is written. A draft is saved by itself after a pause; what was launched is saved
 * when its editor says so. Each save names the version that it began with, so that nobody overwrites another unseen.
 */
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { isStatus } from "../../api/api-error.ts";
import { request } from "../../api/request.ts";
import { useProject } from "../../router/project-context.ts";
import type { Campaign, Channel } from "./campaign.ts";
import { useKeepCampaign } from "./keep-campaign.ts";
import { isSame, patchOf, rebased, type Values, valuesOf } from "./values.ts";

/** After the last key. */
const PAUSE_MS = 800;

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
  const { isSaving, fault, save } = saving;
  const patch = useMemo(() => patchOf(saved.values, values), [saved, values]);
  const isDirty = Object.keys(patch).length > 0;
  const isConflict = isStatus(fault, 409);
  const savesItself = mayEdit && isDraft;

  // biome-ignore lint/correctness/useExhaustiveDependencies: each change of the values begins a new pause
  useEffect(() => {
    if (!savesItself || !isDirty || isConflict || isSaving) return;
    const timer = setTimeout(() => void save(), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [values, savesItself, isDirty, isConflict, isSaving]);

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
  const [fault, setFault] = useState<unknown>(null);
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
        setFault(null);
        keep(answer);
        return isSame(sent, latest.current.values);
      } catch (error) {
        setFault(error);
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
  const read = useCallback(() => request<Campaign>(`/campaigns/${id}`, { projectId }), [id, projectId]);
  return {
    isSaving,
    fault,
    save: useCallback(() => queued(() => write(null)), [queued, write]),
    overwrite: useCallback(
      () => queued(async () => await write((await read()).version)),
      [queued, read, write],
    ),
    discard: useCallback(async () => {
      const stored = await read();
      const next = valuesOf(stored);
      setValues(() => next);
      setSaved({ values: next, version: stored.version });
      setFault(null);
      keep(stored);
    }, [read, keep, setSaved, setValues]),
  };
}
