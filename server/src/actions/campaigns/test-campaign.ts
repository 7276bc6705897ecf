/**
 * Sends a campaign as it is now to one person, whatever its state: an execution like any other, through the same
 * gateways and in the same log, but marked as a test, so that figures leave it out.
 */
import { AppError } from "../../base/errors.ts";
import { parseEmail, parsePhone } from "../../domain/address.ts";
import { type CampaignContent, missingContent } from "../../domain/campaign-content.ts";
import { type MessageType, messageTypeOf } from "../../domain/channel.ts";
import { cutIntoChunks, writeTargets } from "../../domain/chunk.ts";
import { isTooLarge } from "../../domain/entry-refusals.ts";
import { parseExecute } from "../../domain/execute-request.ts";
import { sentence } from "../../domain/field-label.ts";
import { bucketOf } from "../../domain/ids.ts";
import { LANES } from "../../domain/lane.ts";
import { type CampaignRow, findCampaignForUpdate } from "../../store/campaigns.ts";
import { insertChunks, notifyWork } from "../../store/chunks.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { insertExecutions } from "../../store/executions.ts";
import { BUCKETS, bucketedId } from "../../store/id-blocks.ts";
import { type Context, dayOf } from "../context.ts";
import { readContent } from "../executions/content-cache.ts";
import { type Actor, recordAudit } from "../tokens/audit-trail.ts";
import { refuse } from "./save-campaign.ts";

export interface TestRequest {
  readonly id: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly actor: Actor;
  readonly requestId: string;
}

interface Recipient {
  readonly targetBy: "user_id" | "email" | "mobile_number";
  readonly key: string;
  /** The only channel that an address reaches; null for a person. */
  readonly type: MessageType | null;
}

interface Parsed {
  readonly recipient: Recipient;
  readonly params: Readonly<Record<string, unknown>>;
  readonly externalMessageId: string | null;
  /** null: all that are switched on. */
  readonly types: readonly MessageType[] | null;
}

const MESSAGE = "The test is not sent";

/** @returns the execution's id. @throws AppError not_found, invalid */
export async function testCampaign(
  context: Context,
  projectId: number,
  { id, body, actor, requestId }: TestRequest,
): Promise<number> {
  const parsed = parseTest(body, context.clock.now());
  const [numbers, chunkNumbers] = await Promise.all([
    context.ids.take("execution_ids", 1),
    context.ids.take("chunk_ids", 1),
  ]);
  const executionId = numbers[0] ?? 0;
  const nowMs = context.clock.now();
  await inProject(context.app, projectId, async (tx) => {
    // The lock keeps the draft from being deleted before its execution stands.
    const row = await findCampaignForUpdate(tx, projectId, id);
    if (row === null) throw new AppError("not_found");
    const channels = channelsOf(readContent(row.content), parsed);
    await write(tx, projectId, {
      executionId,
      chunkNo: chunkNumbers[0] ?? 0,
      row,
      parsed,
      channels,
      requestId,
      nowMs,
    });
    const after = { execution_id: executionId, [parsed.recipient.targetBy]: parsed.recipient.key };
    const change = { action: "campaign.test", object: `campaign:${id}`, after };
    await recordAudit(tx, projectId, { actor, nowMs, change });
  });
  return executionId;
}

function parseTest(body: TestRequest["body"], nowMs: number): Parsed {
  const recipient = recipientOf(body);
  // Params obey the same rules as in a call of execute/campaign.
  const call = { id: 1, target_by: recipient.targetBy, target: [recipient.key], params: body.params };
  const request = parseExecute(call, nowMs);
  if (!request.ok) {
    const { error } = request;
    throw new AppError(isTooLarge(error) ? "too_large" : "invalid", {
      message: MESSAGE,
      errors: isTooLarge(error) ? error.tooLarge : error,
    });
  }
  const { params, externalMessageId } = request.value;
  return { recipient, params, externalMessageId, types: typesOf(body.channels) };
}

const refused = (field: string, predicate: string): AppError =>
  new AppError("invalid", { message: MESSAGE, errors: { [field]: [sentence(field, predicate)] } });

function recipientOf({ user_id: userId, address }: TestRequest["body"]): Recipient {
  if (typeof userId === "string" && userId !== "") return { targetBy: "user_id", key: userId, type: null };
  if (typeof address !== "string" || address === "") throw refused("user_id", "or address cannot be blank");
  const email = address.includes("@") ? parseEmail(address) : null;
  if (email?.ok === true) return { targetBy: "email", key: email.value.address, type: 7 };
  const phone = parsePhone(address);
  if (email === null && phone.ok) return { targetBy: "mobile_number", key: phone.value, type: 9 };
  throw refused("address", "is neither an email address nor a mobile number");
}

function typesOf(channels: unknown): readonly MessageType[] | null {
  if (channels === undefined || channels === null) return null;
  if (!Array.isArray(channels) || channels.length === 0)
    throw refused("channels", "must be a list of channels");
  return [...new Set(channels)].map((name: unknown) => {
    const type = messageTypeOf(String(name));
    if (type === undefined) throw refused("channels", "must be a list of channels");
    return type;
  });
}

/** @throws AppError invalid when nothing is left to send, or content is missing */
function channelsOf(content: CampaignContent, { recipient, types }: Parsed): MessageType[] {
  const isAsked = (type: MessageType) =>
    (types?.includes(type) ?? true) && (recipient.type === null || recipient.type === type);
  const channels = content.channels.filter(isAsked);
  if (channels.length === 0)
    throw refused("channels", "cannot be blank: none of them reaches this recipient");
  refuse(missingContent({ ...content, channels }), MESSAGE);
  return channels;
}

interface Written {
  readonly executionId: number;
  readonly chunkNo: number;
  readonly row: CampaignRow;
  readonly parsed: Parsed;
  readonly channels: readonly MessageType[];
  readonly requestId: string;
  readonly nowMs: number;
}

async function write(tx: Tx, projectId: number, given: Written): Promise<void> {
  const { executionId, row, parsed, channels, requestId, nowMs } = given;
  const { targetBy, key } = parsed.recipient;
  const target = { no: 0, key, params: null, retried: null };
  const bucketOfKey = targetBy === "user_id" ? bucketOf : () => null;
  const cuts = cutIntoChunks([target], bucketOfKey, executionId % BUCKETS);
  const execution = {
    id: executionId,
    campaignId: row.id,
    version: row.version,
    day: dayOf(nowMs),
    targetBy,
    targets: 1,
    channels,
    params: JSON.stringify(parsed.params),
    overrides: null,
    externalMessageId: parsed.externalMessageId,
    createMissing: false,
    sendAtMs: nowMs,
    expireAtMs: null,
    requestId,
    createdAtMs: nowMs,
    isTest: true,
  };
  await insertExecutions(tx, projectId, [execution]);
  const chunks = cuts.map((cut) => ({
    id: bucketedId(given.chunkNo, cut.bucket),
    bucket: cut.bucket,
    executionId,
    lane: LANES.transactional,
    runAtMs: nowMs,
    targetCount: cut.targets.length,
    targets: writeTargets(cut.targets),
  }));
  await insertChunks(tx, projectId, chunks);
  await notifyWork(tx, projectId, LANES.transactional);
}
