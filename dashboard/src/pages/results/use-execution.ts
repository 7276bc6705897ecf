/** One execution, asked for each second while it runs and left alone when it is done. */
import { useState } from "react";
import { useRead } from "../../api/use-read.ts";
import type { ExecutionDetail } from "./wire.ts";

const LIVE_MS = 1_000;
/** For what is to be sent later than in a minute. */
const CALM_MS = 15_000;
const SOON_SECONDS = 60;

export function useExecution(id: string) {
  const [everyMs, setEveryMs] = useState<number | undefined>(undefined);
  const result = useRead<ExecutionDetail>({ noun: "executions", path: `/executions/${id}`, everyMs });
  const wanted = result.data === undefined ? undefined : paceOf(result.data);
  if (wanted !== everyMs) setEveryMs(wanted);
  return result;
}

function paceOf({ state, send_at: sendAt }: ExecutionDetail): number | undefined {
  if (state === "done") return undefined;
  return sendAt - Date.now() / 1000 > SOON_SECONDS ? CALM_MS : LIVE_MS;
}
