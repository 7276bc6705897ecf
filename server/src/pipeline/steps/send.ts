/**
 * Step 5: the hand-over. A message whose earlier answer was lost is resolved by what the gateway can do: a keyed one
 * is sent again under its key, a queryable one is asked, and for a dumb one the campaign's owner chose.
 */
import type { Gateway, OutgoingMessage, SendOutcome } from "../../gateways/gateway.ts";
import { breakerOf } from "../breaker.ts";
import type { HaulScene } from "../delivery.ts";
import type { Draft } from "../haul.ts";

export async function sendSlice(scene: HaulScene, slice: readonly Draft[]): Promise<void> {
  const open = slice.filter((draft) => draft.state === "open");
  const [first] = open;
  if (first === undefined) return;
  const toSend: Draft[] = [];
  await Promise.all(
    open.map(async (draft) => {
      draft.outcome = draft.isAmbiguous ? await resolveLost(scene, draft) : null;
      if (draft.outcome === null) toSend.push(draft);
    }),
  );
  if (toSend.length === 0) return;
  const outcomes = await first.gateway.send(
    toSend.map((draft) => outgoing(scene, draft)),
    scene.signal,
  );
  toSend.forEach((draft, i) => {
    draft.outcome = outcomes[i] ?? { kind: "unknown", detail: "The gateway gave no answer." };
    scene.breakers.record(
      breakerOf(draft.gateway),
      draft.outcome.kind === "later" && draft.outcome.brokenGateway,
    );
  });
}

/** @returns what became of it, or null when it is to be sent (again). */
async function resolveLost(scene: HaulScene, draft: Draft): Promise<SendOutcome | null> {
  const { gateway } = draft;
  if (gateway.ability === "keyed") return null;
  if (gateway.ability === "queryable" && gateway.query !== undefined) {
    return await askPersistently(gateway, outgoing(scene, draft));
  }
  if (draft.held.execution.campaign.onUnknown === "retry") return null;
  return { kind: "unknown", detail: "The worker stopped while the message was being handed over." };
}

async function askPersistently(gateway: Gateway, message: OutgoingMessage): Promise<SendOutcome> {
  const answer = await gateway.query?.(message);
  return answer ?? { kind: "unknown", detail: "The gateway could not be asked." };
}

function outgoing(scene: HaulScene, draft: Draft): OutgoingMessage {
  if (draft.content === null) throw new Error("a draft without content cannot be sent");
  return {
    key: `${scene.keyPrefix}-${draft.messageId.toString(36)}`,
    messageId: draft.messageId,
    projectId: scene.haul.projectId,
    lane: scene.haul.lane,
    to: draft.address,
    content: draft.content,
  };
}
