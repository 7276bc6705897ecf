/** Whom a preview is for and with which params. Kept while the tab lives, so that a reload does not ask again. */
import { useCallback, useState } from "react";

export interface Trial {
  /** "": nobody; examples stand in for attributes. */
  readonly userId: string;
  /** null: examples made from the contract. */
  readonly params: Readonly<Record<string, unknown>> | null;
}

const NOBODY: Trial = { userId: "", params: null };
const keyOf = (id: number): string => `carillon-trial-${id}`;

function readTrial(id: number): Trial {
  try {
    const kept: unknown = JSON.parse(sessionStorage.getItem(keyOf(id)) ?? "null");
    return typeof kept === "object" && kept !== null ? { ...NOBODY, ...kept } : NOBODY;
  } catch {
    return NOBODY;
  }
}

export function useTrial(id: number): readonly [Trial, (trial: Trial) => void] {
  const [trial, setTrial] = useState(() => readTrial(id));
  const set = useCallback(
    (next: Trial) => {
      setTrial(next);
      try {
        sessionStorage.setItem(keyOf(id), JSON.stringify(next));
      } catch {
        // Storage is switched off or full; the choice lives as long as the page.
      }
    },
    [id],
  );
  return [trial, set];
}
