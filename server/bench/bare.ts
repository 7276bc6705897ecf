/**
 * The bare clients against the same sink, with content of the same size, rendering and storing nothing: nodemailer
 * for SMTP, undici for HTTP, as any program would use them. What the product reaches is told as a share of these. Our
 * own SMTP transport, which writes its messages itself, is measured beside them: the ceiling of this design.
 */
import { createTransport } from "nodemailer";
import { Pool } from "undici";
import { createLog } from "../src/base/log.ts";
import type { EmailContent } from "../src/domain/content.ts";
import type { OutgoingMessage } from "../src/gateways/gateway.ts";
import { createSmtpGateway } from "../src/gateways/smtp/index.ts";
import type { SinkProcess } from "./sink-process.ts";

/** Defaults of EMAIL_CONNECTIONS and SMS_CONCURRENCY: the product's own. */
const SMTP_CONNECTIONS = 10;
const HTTP_CONNECTIONS = 32;

/** Messages a second that our own SMTP transport hands over by itself. */
export async function measureTransportSmtp(
  sink: SinkProcess,
  count: number,
  sizeBytes: number,
): Promise<number> {
  const log = createLog({ level: "silent", name: "bare" });
  const gateway = createSmtpGateway({ url: sink.smtpUrl, connections: SMTP_CONNECTIONS, log });
  try {
    const content = plainEmail(sizeBytes);
    const run = async (from: number, to: number): Promise<void> => {
      const messages = Array.from({ length: to - from }, (_, i) => outgoing(from + i, content));
      const outcomes = await gateway.send(messages, new AbortController().signal);
      if (outcomes.some((outcome) => outcome.kind !== "accepted"))
        throw new Error("the sink refused an email");
    };
    await run(0, WARM_UP);
    return await rateOf(count, () => run(WARM_UP, WARM_UP + count));
  } finally {
    await gateway.close();
  }
}

/** Messages a second that nodemailer's pooled client sends by itself: its pool, its message builder. */
export async function measureBareSmtp(sink: SinkProcess, count: number, sizeBytes: number): Promise<number> {
  const transport = createTransport({
    url: sink.smtpUrl,
    pool: true,
    maxConnections: SMTP_CONNECTIONS,
    maxMessages: 1_000,
  });
  const { from, subject, html, text } = plainEmail(sizeBytes);
  const send = (n: number) =>
    transport.sendMail({ from, to: { name: "", address: `library-${n}@example.org` }, subject, html, text });
  const run = async (first: number, end: number): Promise<void> => {
    let next = first;
    const one = async (): Promise<void> => {
      for (let n = next++; n < end; n = next++) await send(n);
    };
    await Promise.all(Array.from({ length: SMTP_CONNECTIONS * 2 }, one));
  };
  try {
    await run(0, WARM_UP);
    // A fifth of the messages: it is slower, and the rate is steady from the first hundred on.
    const some = Math.ceil(count / 5);
    return await rateOf(some, () => run(WARM_UP, WARM_UP + some));
  } finally {
    transport.close();
  }
}

/** The same number that the product is warmed up with. */
const WARM_UP = 500;

/** Head and two part heads take about 560 bytes of a message. */
function plainEmail(sizeBytes: number): EmailContent {
  const line = `<p>${"x".repeat(60)}</p>\n`;
  const html = line.repeat(Math.max(1, Math.round((sizeBytes - 760) / (line.length + 1))));
  return {
    channel: "email",
    from: { address: "orders@example.org", name: "Demo Shop" },
    replyTo: null,
    subject: "Your order A-000000",
    html,
    text: "x".repeat(200),
    headers: {},
  };
}

const outgoing = (n: number, content: EmailContent): OutgoingMessage => ({
  key: `bare-${n}`,
  messageId: n,
  projectId: 1,
  to: `bare-${n}@example.org`,
  content,
});

/** Requests a second that undici makes by itself, each as the SMS gateway writes it. */
export async function measureBareHttp(sink: SinkProcess, count: number): Promise<number> {
  const pool = new Pool(sink.httpUrl, { connections: HTTP_CONNECTIONS, pipelining: 1 });
  try {
    await post(pool, 0, WARM_UP);
    return await rateOf(count, () => post(pool, WARM_UP, WARM_UP + count));
  } finally {
    await pool.close();
  }
}

async function post(pool: Pool, from: number, to: number): Promise<void> {
  const text = "Hello Name000000, flight EI000000 at 10:30 now leaves from gate B000000.";
  let next = from;
  const run = async (): Promise<void> => {
    for (let n = next++; n < to; n = next++) {
      const body = JSON.stringify({ to: `bare-${n}`, from: "Carillon", text, reference: `bare-${n}` });
      const headers = { "content-type": "application/json", "idempotency-key": `bare-${n}` };
      const answer = await pool.request({ path: "/sms", method: "POST", headers, body });
      await answer.body.text();
      if (answer.statusCode !== 200) throw new Error(`the sink answered ${answer.statusCode}`);
    }
  };
  await Promise.all(Array.from({ length: HTTP_CONNECTIONS }, run));
}

async function rateOf(count: number, work: () => Promise<void>): Promise<number> {
  const startMs = performance.now();
  await work();
  return (count / (performance.now() - startMs)) * 1000;
}
