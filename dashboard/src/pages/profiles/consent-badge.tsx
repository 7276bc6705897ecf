/** Whether an address may be written to. */
import { StatusBadge } from "../../components/status-badge.tsx";

export function ConsentBadge({ value }: { readonly value: unknown }) {
  if (value === 1) return <StatusBadge tone="good">Subscribed</StatusBadge>;
  if (value === 0) return <StatusBadge tone="quiet">Unsubscribed</StatusBadge>;
  return <StatusBadge tone="warn">Not known</StatusBadge>;
}
