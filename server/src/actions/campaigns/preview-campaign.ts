/** Renders a campaign for one person with the engine and the rules that deliveries use. Nothing is saved or sent. */
import { AppError } from "../../base/errors.ts";
import { Refusals } from "../../base/result.ts";
import {
  type ChannelName,
  channelName,
  type MessageType,
  messageTypeOf,
  reachesDevices,
} from "../../domain/channel.ts";
import {
  type CompiledCampaign,
  compileCampaign,
  type RenderRequest,
} from "../../domain/compiled-campaign.ts";
import { isRecord, sentence } from "../../domain/field-label.ts";
import { bucketOf } from "../../domain/ids.ts";
import type { Profile } from "../../domain/profile.ts";
import { renderRequest } from "../../domain/render-request.ts";
import { contentProblems, type Shown, shownContent, shownFields } from "../../domain/shown-content.ts";
import { suppressionKey } from "../../domain/suppression.ts";
import { inProject, type Tx } from "../../store/db.ts";
import { type Device, listDevicesOfProfiles, listProfilesByUserId } from "../../store/profiles.ts";
import { listSuppressed } from "../../store/suppressions.ts";
import type { Context } from "../context.ts";
import { readTrial, trialTypes } from "./trial-content.ts";

type Body = Readonly<Record<string, unknown>>;

export interface PreviewRequest {
  readonly body: Body;
  /** The instance's, where an email names no sender. */
  readonly defaultFrom: string;
  /** Why an address may not be called, or null. */
  readonly urlRefusal: (url: string) => string | null;
}

export type Preview = Readonly<
  Partial<Record<ChannelName, Shown & { readonly problems: readonly string[] }>>
>;

/** @throws AppError not_found for an unknown campaign or person, invalid */
export async function previewCampaign(
  context: Context,
  projectId: number,
  { body, defaultFrom, urlRefusal }: PreviewRequest,
): Promise<Preview> {
  const { channel, user_id: userId, params, ...fields } = body;
  const asked = readAsked({ channel, userId, params });
  const { content, errors } = await readTrial(context, projectId, fields);
  const { title: _title, ...unread } = errors;
  if (Object.keys(unread).length > 0) throw new AppError("invalid", { errors: unread });
  const types = asked.type === null ? trialTypes(content) : [asked.type];
  const { userId: id } = asked;
  const person =
    id === null ? null : await inProject(context.app, projectId, (tx) => findPerson(tx, projectId, id));
  const compiled = compileCampaign(JSON.stringify({ ...content, channels: types }), null);
  const request = renderRequest({
    targetParams: null,
    callParams: asked.params,
    profile: person?.profile ?? null,
    nowMs: context.clock.now(),
    defaultFrom,
  });
  const shown = types.map((type) => {
    const one = renderOne(compiled, type, request);
    const url = typeof one.url === "string" && type === 8 ? urlRefusal(one.url) : null;
    const about = person === null ? [] : personProblems(person, { type, compiled });
    const problems = [
      ...one.problems,
      ...(url === null ? [] : [`The address may not be called: ${url}`]),
      ...about,
    ];
    return [channelName(type), { ...one, problems }] as const;
  });
  return Object.fromEntries(shown);
}

interface Asked {
  readonly type: MessageType | null;
  readonly userId: string | null;
  readonly params: Body;
}

function readAsked({ channel, userId, params }: Record<"channel" | "userId" | "params", unknown>): Asked {
  const refusals = new Refusals();
  const type = channel === undefined || channel === null ? null : messageTypeOf(String(channel));
  if (type === undefined) refusals.add("channel", sentence("channel", "is not a channel"));
  const isText = userId === undefined || userId === null || typeof userId === "string";
  if (!isText) refusals.add("user_id", sentence("user_id", "must be text"));
  if (params !== undefined && params !== null && !isRecord(params))
    refusals.add("params", sentence("params", "must be an object"));
  if (!refusals.isEmpty) throw new AppError("invalid", { errors: refusals.fields });
  return {
    type: type ?? null,
    userId: typeof userId === "string" && userId !== "" ? userId : null,
    params: isRecord(params) ? params : {},
  };
}

function renderOne(
  compiled: CompiledCampaign,
  type: MessageType,
  request: RenderRequest,
): Shown & { problems: string[] } {
  const rendered = compiled.render(type, request);
  if (rendered.ok) return { ...shownContent(rendered.value), problems: contentProblems(rendered.value) };
  const texts = compiled.renderFields(type, request);
  return { ...(texts.ok ? shownFields(type, texts.value) : {}), problems: [rendered.error.error] };
}

interface Person {
  readonly profile: Profile;
  readonly devices: readonly Device[];
  readonly suppressed: ReadonlySet<number>;
}

/** @throws AppError not_found */
async function findPerson(tx: Tx, projectId: number, userId: string): Promise<Person> {
  const key = { bucket: bucketOf(userId), userId };
  const [profile] = await listProfilesByUserId(tx, projectId, [key], true);
  if (profile === undefined) {
    throw new AppError("not_found", { message: "There is no profile with this user id in this project." });
  }
  const devices = await listDevicesOfProfiles(tx, projectId, [profile.id]);
  const addresses = [7, 9].flatMap((type) => {
    const address = addressOf(type as MessageType, profile);
    if (address === null) return [];
    const text = suppressionKey(type as MessageType, address);
    return [{ messageType: type, key: text, bucket: bucketOf(text) }];
  });
  const found = await listSuppressed(tx, projectId, addresses);
  return { profile, devices, suppressed: new Set(found.map((row) => row.messageType)) };
}

function addressOf(type: MessageType, { system }: Profile): string | null {
  const value = type === 7 ? system.email : system.mobile_number;
  return typeof value === "string" && value !== "" ? value : null;
}

const WORDS: Readonly<Partial<Record<MessageType, { address: string; subscription: "email" | "sms" }>>> = {
  7: { address: "email address", subscription: "email" },
  9: { address: "mobile number", subscription: "sms" },
};

/** Why this person would not get the message. */
function personProblems(
  { profile, devices, suppressed }: Person,
  { type, compiled }: { type: MessageType; compiled: CompiledCampaign },
): string[] {
  const ignores = compiled.ignoresSubscription(type);
  if (reachesDevices(type)) {
    const own = devices.filter((device) => device.messageType === type);
    if (own.length === 0) return ["This person has no device for this channel."];
    const isOff = !ignores && own.every((device) => device.subscribed === 0);
    return isOff ? ["This person has unsubscribed all devices."] : [];
  }
  const words = WORDS[type];
  if (words === undefined) return [];
  const problems: string[] = [];
  if (addressOf(type, profile) === null) problems.push(`This person has no ${words.address}.`);
  if (suppressed.has(type)) problems.push(`This person's ${words.address} is suppressed.`);
  if (!ignores && profile.system[`${words.subscription}_subscription`] === 0)
    problems.push(`This person has unsubscribed from ${words.subscription}.`);
  return problems;
}
