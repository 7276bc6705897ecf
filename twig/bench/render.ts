/**
 * Speed of rendering against hand-written functions, budgets on, one core: `node twig/bench/render.ts`.
 * Both sides get the same data from several hundred persons and their results are compared first. Each figure is
 * the best of several rounds, because the machine is shared; the two sides take turns within a round.
 */
import { compile } from "../src/index.ts";
import { EMAIL_SOURCE, type EmailData, emailData, writeEmail } from "./email.ts";

const ROUNDS = 15;
const PERSONS = 256;

interface Contest<T extends object> {
  readonly title: string;
  readonly target: number;
  readonly persons: readonly T[];
  readonly hand: (data: T) => string;
  readonly engine: (data: T) => string;
  /** Renders in one measurement. */
  readonly count: number;
}

let sink = 0;

/** Microseconds for one render. The result is read through, so that no text stays an unjoined rope. */
function measure<T extends object>(render: (data: T) => string, { persons, count }: Contest<T>): number {
  const startMs = performance.now();
  for (let i = 0; i < count; i++) {
    const text = render(persons[i % PERSONS]!);
    sink = (sink + text.charCodeAt(i % text.length)) | 0;
  }
  return ((performance.now() - startMs) * 1000) / count;
}

function run<T extends object>(contest: Contest<T>): void {
  for (const person of contest.persons) {
    const [wanted, got] = [contest.hand(person), contest.engine(person)];
    if (wanted !== got) throw new Error(`${contest.title}: the two sides differ\n${wanted}\n${got}`);
  }
  let hand = Number.POSITIVE_INFINITY;
  let engine = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    hand = Math.min(hand, measure(contest.hand, contest));
    engine = Math.min(engine, measure(contest.engine, contest));
  }
  const ratio = Math.round((hand / engine) * 100);
  const perSecond = Math.round(1_000_000 / engine).toLocaleString("en");
  console.log(
    `${contest.title}: hand-written ${hand.toFixed(3)} µs, engine ${engine.toFixed(3)} µs (${perSecond}/s), ` +
      `${ratio} % of hand-written speed, target ${contest.target} %`,
  );
}

interface Sms {
  readonly flight_num: string;
  readonly gate_num: string;
  readonly time: string;
  readonly first_name: string | null;
}

const sms = compile(
  "Flight {{ flight_num }} now leaves from gate {{ gate_num }} at {{ time }}, {{ first_name|default('traveller') }}.",
  { autoescape: false },
);

run<Sms>({
  title: "SMS",
  target: 30,
  persons: Array.from({ length: PERSONS }, (_, i) => ({
    flight_num: `EI${100 + i}`,
    gate_num: `B${i}`,
    time: `10:${10 + (i % 50)}`,
    first_name: i % 4 === 0 ? null : `Name${i}`,
  })),
  hand: (data) =>
    `Flight ${data.flight_num} now leaves from gate ${data.gate_num} at ${data.time}, ${data.first_name || "traveller"}.`,
  engine: (data) => sms.render(data as unknown as Record<string, unknown>),
  count: 200_000,
});

const email = compile(EMAIL_SOURCE);

run<EmailData>({
  title: `Email (${Math.round(EMAIL_SOURCE.length / 1024)} KB source)`,
  target: 50,
  persons: Array.from({ length: PERSONS }, (_, i) => emailData(i)),
  hand: writeEmail,
  engine: (data) => email.render(data as unknown as Record<string, unknown>),
  count: 3000,
});

if (sink === Number.MIN_VALUE) console.log(sink);
