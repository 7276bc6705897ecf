/** A test leaves through the project's real gateway and its retries, also to an address that nobody has. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Sink } from "../sinks/sink.ts";
import { startSmtpSink } from "../sinks/smtp-sink.ts";
import { emailCampaign, type Stack, startStack, until } from "../stack.ts";
import { addMember } from "./app-member.ts";

let smtp: Sink;
let stack: Stack;

beforeAll(async () => {
  smtp = await startSmtpSink();
  stack = await startStack({ env: { EMAIL_URL: `smtp://127.0.0.1:${smtp.port}` } });
});
afterAll(async () => {
  await stack.stop();
  await smtp.close();
});

const SENT = 2;

test("an address without a profile gets the draft once, after a 451", async () => {
  const copywriter = await addMember(stack, "copywriter");
  const fields = { title: "News", ...emailCampaign("Hello {{ who }}", "<p>{{ who }}</p>") };
  const { id } = (await copywriter.ask("POST /campaigns", fields)).body.data;
  smtp.fault({ mode: "reply", code: 451, text: "try again later", firstTryOnly: true });
  const asked = { address: "somebody@example.org", params: { who: "you" } };
  const answer = await copywriter.ask(`POST /campaigns/${id}/test`, asked);
  expect(answer.status).toBe(202);
  const [row] = await until(
    () =>
      stack.owner<{ status: number; tries: number; recipient: number }[]>`
        select status, tries, recipient from messages where execution_id = ${answer.body.data.execution_id}`,
    (rows) => rows[0]?.status === SENT,
  );
  expect(row).toMatchObject({ tries: 2, recipient: -1 });
  expect(smtp.received).toMatchObject([{ to: "somebody@example.org", subject: "Hello you" }]);
});
