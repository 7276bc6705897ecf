/**
 * The bodies of send/campaign and schedule/campaign: which campaign (one that is there, or one made from the body) and
 * for whom. Nobody is meant unless the call or the campaign says so, and two ways of saying so do not mix: a call with
 * targets that also said `broadcast: 1` would reach people that its sender did not list.
 */
import { type FieldErrors, fail, ok, type Result } from "../base/result.ts";
import { parseFlag } from "./address.ts";
import type { CampaignContent } from "./campaign-content.ts";
import { isCampaignField } from "./campaign-fields.ts";
import { isTooLarge, type TooLarge } from "./entry-refusals.ts";
import { type ExecuteRequest, parseExecute } from "./execute-request.ts";
import { sentence } from "./field-label.ts";

type Body = Record<string, unknown>;

/** What is sent: all that an execution has but its campaign. */
export interface SendRequest {
  /** null: the campaign is made from the body. */
  readonly campaignId: number | null;
  readonly audience: "everybody" | "targets";
  /** `targets` are those of the call or the campaign; for everybody they stand for nobody. */
  readonly execution: ExecuteRequest;
}

export interface SendScene {
  readonly isScheduled: boolean;
  readonly nowMs: number;
  /** The campaign that `id` names; null where the body makes one. */
  readonly content: CampaignContent | null;
}

/** How a call says for whom it is; `target` stands for `target_with_params` too. */
type Way = "target" | "tokenArray" | "broadcast";

/** Of the campaign's row and audience: what the body of a campaign that is there may repeat, but not change. */
const NOT_CONTENT: ReadonlySet<string> = new Set(["broadcast", "tokenArray"]);
/** Stands in for targets that come later, when the audience is walked through. */
const NOBODY = { target: ["0"], target_by: "profile_id" };

export function parseSend(body: Body, scene: SendScene): Result<SendRequest, FieldErrors | TooLarge> {
  const timeFault = faultOfTime(body, scene.isScheduled);
  const ways = waysOf(body);
  if (!ways.ok) return fail({ ...timeFault, ...ways.error });
  const way = ways.value[0] ?? wayOfCampaign(scene.content);
  if (way === null) {
    const predicate = "cannot be blank: give targets, tokenArray or broadcast: 1";
    return fail({ ...timeFault, target: [sentence("target", predicate)] });
  }
  const parsed = parseExecute(executeBody(body, way, scene), scene.nowMs);
  if (!parsed.ok)
    return fail(isTooLarge(parsed.error) ? parsed.error : { ...timeFault, ...named(parsed.error, way) });
  if (Object.keys(timeFault).length > 0) return fail(timeFault);
  return ok({
    campaignId: isBlank(body.id) ? null : parsed.value.campaignId,
    audience: way === "broadcast" ? "everybody" : "targets",
    execution: parsed.value,
  });
}

const isBlank = (value: unknown): boolean => value === undefined || value === null || value === "";

/** Does the body name a campaign that is there? */
export const namesCampaign = (body: Readonly<Body>): boolean => !isBlank(body.id);

/** A time that send/campaign passed over would send at another moment than was meant. */
function faultOfTime(body: Body, isScheduled: boolean): FieldErrors {
  if (isScheduled && isBlank(body.time)) return { time: [sentence("time", "cannot be blank")] };
  if (!isScheduled && !isBlank(body.time))
    return { time: [sentence("time", "belongs to schedule/campaign: send/campaign sends at once")] };
  return {};
}

const isEmpty = (value: unknown): boolean =>
  isBlank(value) || (typeof value === "object" && value !== null && Object.keys(value).length === 0);

function waysOf(body: Body): Result<Way[], FieldErrors> {
  const flag = isBlank(body.broadcast) ? ok(0 as const) : parseFlag(body.broadcast);
  if (!flag.ok) return fail({ broadcast: [sentence("broadcast", flag.error)] });
  const ways: Way[] = [];
  if (!isEmpty(body.target) || !isEmpty(body.target_with_params)) ways.push("target");
  if (!isEmpty(body.tokenArray)) ways.push("tokenArray");
  if (flag.value === 1) ways.push("broadcast");
  const [first, second] = ways;
  return second === undefined
    ? ok(ways)
    : fail({ [second]: [sentence(second, `must not stand beside ${first}`)] });
}

function wayOfCampaign(content: CampaignContent | null): Way | null {
  if (!isEmpty(content?.settings.tokenArray)) return "tokenArray";
  return content?.settings.broadcast === 1 ? "broadcast" : null;
}

function executeBody(body: Body, way: Way, { content }: SendScene): Body {
  const isNew = !namesCampaign(body);
  // Whatever a call that makes its campaign says of it is the campaign's: the execution changes nothing of that.
  const kept = Object.entries(body).filter(
    ([name]) => !(isNew ? isCampaignField(name) : NOT_CONTENT.has(name)),
  );
  const asked: Body = { ...Object.fromEntries(kept), ...(isNew ? { id: 1 } : {}) };
  if (way === "broadcast") return { ...asked, ...NOBODY };
  if (way === "target") return asked;
  const tokens = isEmpty(body.tokenArray) ? content?.settings.tokenArray : body.tokenArray;
  return { ...asked, target: tokens, target_by: "token" };
}

/** Tokens were read as targets; the caller knows them by their own name. */
const named = (errors: FieldErrors, way: Way): FieldErrors =>
  way !== "tokenArray"
    ? errors
    : Object.fromEntries(
        Object.entries(errors).map(([field, texts]) => [
          field.replace(/^target(?=$|\[)/, "tokenArray"),
          texts.map((text) => text.replace(/^Target\b/, "TokenArray")),
        ]),
      );
