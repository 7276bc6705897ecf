/** The state of a task in a word. */
import { StatusBadge, type Tone } from "../../components/status-badge.tsx";
import type { Task } from "./import-model.ts";

const SHOWN: Readonly<Record<Task["status"], readonly [Tone, string]>> = {
  queued: ["info", "Waiting"],
  running: ["info", "Running"],
  completed: ["good", "Done"],
  failed: ["bad", "Failed"],
  cancelled: ["quiet", "Cancelled"],
};

export function TaskState({ task: { status, errors_count: refused } }: { readonly task: Task }) {
  const [tone, words] = SHOWN[status];
  return status === "completed" && refused > 0 ? (
    <StatusBadge tone="warn">Done in part</StatusBadge>
  ) : (
    <StatusBadge tone={tone}>{words}</StatusBadge>
  );
}
