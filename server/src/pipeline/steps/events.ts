/** What the customer's endpoints hear of outcomes: one event for each connection that subscribed to it. */
import { STATUSES } from "../../domain/message.ts";
import { messageEventBody, type PostedEventName } from "../../domain/webhook-event.ts";
import { bucketedId } from "../../store/id-blocks.ts";
import type { NewWebhookEvent } from "../../store/webhook-events.ts";
import type { HaulScene } from "../delivery.ts";
import type { Draft } from "../haul.ts";
import { referenceOf } from "./render.ts";

/** Delivered at once means sent and delivered: both are told. */
const EVENTS: Readonly<Record<number, readonly PostedEventName[]>> = {
  [STATUSES.sent]: ["message_send"],
  [STATUSES.delivered]: ["message_send", "message_delivery"],
  [STATUSES.failed]: ["message_fail"],
  [STATUSES.expired]: ["message_fail"],
  [STATUSES.skipped]: ["message_skip"],
  [STATUSES.cancelled]: ["message_skip"],
};

interface Happening {
  readonly draft: Draft;
  readonly status: number;
  readonly reason?: string | null;
  readonly error?: string | null;
}

interface Told {
  readonly happening: Happening;
  readonly event: PostedEventName;
  readonly connectionId: number;
}

export async function eventsOf(
  scene: HaulScene,
  happenings: readonly Happening[],
): Promise<{ messageId: number; event: NewWebhookEvent }[]> {
  if (scene.subscriptions.length === 0) return [];
  const told = happenings.flatMap((happening) => toldOf(scene, happening));
  const numbers = await scene.context.ids.take("webhook_event_ids", told.length);
  const timeMs = scene.context.clock.now();
  return told.map((entry, i) => {
    const { draft } = entry.happening;
    const id = bucketedId(numbers[i] ?? 0, draft.bucket);
    return {
      messageId: draft.messageId,
      event: {
        id,
        bucket: draft.bucket,
        connectionId: entry.connectionId,
        event: entry.event,
        body: bodyOf(entry, { id, timeMs }),
      },
    };
  });
}

function toldOf(scene: HaulScene, happening: Happening): Told[] {
  return (EVENTS[happening.status] ?? []).flatMap((event) =>
    scene.subscriptions
      .filter((s) => s.events.includes(event) && (s.messageTypes?.includes(happening.draft.type) ?? true))
      .map((s) => ({ happening, event, connectionId: s.connectionId })),
  );
}

function bodyOf({ happening, event }: Told, at: { id: number; timeMs: number }): string {
  const { draft } = happening;
  const { execution } = draft.held;
  const reason =
    happening.reason ?? draft.end?.reason ?? (draft.end?.outcome === "cancelled" ? "cancelled" : null);
  return messageEventBody(
    event,
    { interactionId: at.id.toString(36), timeMs: at.timeMs },
    {
      messageId: draft.messageId,
      executionId: execution.id,
      campaignId: execution.campaignId,
      campaignName: execution.campaignTitle,
      type: draft.type,
      userId: draft.profile?.userId ?? null,
      profileId: draft.profile?.id ?? null,
      deviceId: draft.deviceId,
      address: draft.address === "" ? null : draft.address,
      externalMessageId: referenceOf(draft),
      reason,
      error: happening.error ?? draft.end?.error ?? null,
    },
  );
}
