/** The way of one message through the pipeline, from top to bottom, in words. */

import type { Tone } from "../../components/status-badge.tsx";
import { formatTime } from "../../components/time.tsx";
import { useProject } from "../../router/project-context.ts";
import { REASON_NAMES, reasonWords, sentenceCase } from "./outcome.ts";
import styles from "./story.module.css";
import type { Step } from "./wire.ts";

interface Told {
  readonly words: string;
  readonly tone: Tone;
}

const bad = (words: string): Told => ({ words, tone: "bad" });
const good = (words: string): Told => ({ words, tone: "good" });
const info = (words: string): Told => ({ words, tone: "info" });
const quiet = (words: string): Told => ({ words, tone: "quiet" });

const KNOWN: Readonly<Record<string, Told>> = {
  "accept:accepted": good("Accepted"),
  "resolve:found": good("Person found"),
  "resolve:nobody": bad("Nobody found"),
  "resolve:waiting": info("Waiting"),
  "resolve:under_way": info("Under way"),
  "admit:admitted": good("Allowed to receive it"),
  "render:rendered": good("Content rendered"),
  "open:written": good("Written to the message log"),
  "send:accepted": good("Taken by the gateway"),
  "send:later": { words: "Not taken for now", tone: "warn" },
  "send:rejected": bad("Refused by the gateway"),
  "send:under_way": info("Being handed to the gateway"),
};

const ENDS: Readonly<Record<string, Tone>> = {
  sent: "info",
  delivered: "good",
  opened: "good",
  clicked: "good",
  failed: "bad",
  bounced: "bad",
  expired: "bad",
  unknown: "warn",
  queued: "info",
  sending: "info",
};

function toldOf({ step, result }: Step): Told {
  const known = KNOWN[`${step}:${result}`];
  if (known !== undefined) return known;
  if (step === "admit") return { words: `Not sent: ${reasonWords(result).toLowerCase()}`, tone: "warn" };
  if (step === "render") return bad(`Not rendered: ${reasonWords(result).toLowerCase()}`);
  if (step === "settle")
    return { words: `Outcome: ${sentenceCase(result).toLowerCase()}`, tone: ENDS[result] ?? "quiet" };
  if (step === "receipt") {
    return ENDS[result] === undefined ? quiet(`Webhook: ${result}`) : good(`Receipt: ${result}`);
  }
  return { words: `${sentenceCase(step)}: ${sentenceCase(result).toLowerCase()}`, tone: "warn" };
}

export function Timeline({ steps }: { readonly steps: readonly Step[] }) {
  const { timeZone } = useProject();
  return (
    <ol className={styles.steps} aria-label="What happened">
      {steps.map((step, i) => {
        const { words, tone } = toldOf(step);
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no name of their own and never change places
          <li key={i} className={styles.step} data-tone={tone}>
            <span className={styles.dot} aria-hidden />
            <div>
              <p className={styles.what}>{words}</p>
              {step.detail !== null && <p className={styles.detail}>{detailOf(step, timeZone)}</p>}
            </div>
            <span className={styles.at}>
              {step.at !== null && <Moment at={step.at} before={steps[i - 1]?.at ?? null} />}
            </span>
          </li>
        );
      })}
    </ol>
  );
}

const ISO_TIMES = /\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z/g;

/** The server's sentences name times in UTC; people read those of the project's zone. */
export const withLocalTimes = (text: string, timeZone: string): string =>
  text.replaceAll(ISO_TIMES, (time) => formatTime(Date.parse(time) / 1000, timeZone, true));

/** An outcome's detail is the name of its reason. */
const detailOf = ({ step, detail }: Step, timeZone: string): string =>
  step === "settle" && REASON_NAMES.includes(detail ?? "")
    ? reasonWords(detail)
    : withLocalTimes(detail ?? "", timeZone);

const DAY = { day: "numeric", month: "short", year: "numeric", timeZoneName: "short" } as const;
const SECOND = { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" } as const;

/** To the second: what follows within one minute should show its order. The day stands where it begins. */
function Moment({ at, before }: { readonly at: number; readonly before: number | null }) {
  const { timeZone } = useProject();
  const format = new Intl.DateTimeFormat("en-GB", { ...SECOND, timeZone });
  const day = new Intl.DateTimeFormat("en-GB", { ...DAY, timeZone });
  const isNewDay = before === null || day.format(before * 1000) !== day.format(at * 1000);
  return (
    <time dateTime={new Date(at * 1000).toISOString()} title={formatTime(at, timeZone, true)}>
      {isNewDay && <span className={styles.day}>{day.format(at * 1000)}</span>}
      {format.format(at * 1000)}
    </time>
  );
}
