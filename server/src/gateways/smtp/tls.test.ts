/** Against another's server, with STARTTLS, a login and a certificate that nobody has signed. */
import type { AddressInfo } from "node:net";
import PostalMime from "postal-mime";
import { SMTPServer } from "smtp-server";
import { afterEach, expect, test } from "vitest";
import { createLog } from "../../base/log.ts";
import type { Gateway, SendOutcome } from "../gateway.ts";
import { createSmtpGateway } from "./index.ts";

const log = createLog({ level: "silent", name: "test" });
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

interface Arrived {
  readonly to: string[];
  readonly content: Buffer;
  readonly isSecure: boolean;
}

async function startServer(): Promise<{ port: number; arrived: Arrived[] }> {
  const arrived: Arrived[] = [];
  const server = new SMTPServer({
    logger: false,
    onAuth: ({ username, password }, _session, callback) => {
      if (username === "u" && password === "p@ss") callback(null, { user: username });
      else callback(new Error("no"));
    },
    onData: (stream, session, callback) => {
      const chunks: Buffer[] = [];
      stream.on("data", (chunk: Buffer) => chunks.push(chunk));
      stream.on("end", () => {
        const to = session.envelope.rcptTo.map(({ address }) => address);
        arrived.push({ to, content: Buffer.concat(chunks), isSecure: session.secure });
        callback();
      });
    },
  });
  server.on("error", () => undefined);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  cleanups.push(() => new Promise<void>((resolve) => server.close(resolve)));
  return { port: (server.server.address() as AddressInfo).port, arrived };
}

async function send(url: string): Promise<SendOutcome | undefined> {
  const gateway: Gateway = createSmtpGateway({ url, connections: 1, log });
  cleanups.push(() => gateway.close());
  const content = {
    channel: "email",
    from: { address: "news@shop.example", name: "Čajovna" },
    replyTo: null,
    subject: "Žluťoučký kůň",
    html: "<p>Dobrý den</p>\r\n.\r\n<p>.</p>",
    text: "",
    headers: {},
  } as const;
  const message = { key: "k1", messageId: 1, projectId: 1, to: "p@example.org", content };
  return (await gateway.send([message], new AbortController().signal))[0];
}

test("a message arrives whole over STARTTLS", async () => {
  const { port, arrived } = await startServer();
  const outcome = await send(`smtp://u:p%40ss@127.0.0.1:${port}?tls.rejectUnauthorized=false`);
  expect(outcome).toMatchObject({ kind: "accepted" });
  expect(arrived).toMatchObject([{ to: ["p@example.org"], isSecure: true }]);
  const parsed = await PostalMime.parse(arrived[0]!.content);
  expect(parsed).toMatchObject({
    subject: "Žluťoučký kůň",
    from: { name: "Čajovna" },
    messageId: "<k1@shop.example>",
  });
  expect(parsed.html?.trimEnd()).toBe("<p>Dobrý den</p>\n.\n<p>.</p>");
});

test("a certificate that cannot be checked stops the message before it leaves", async () => {
  const { port, arrived } = await startServer();
  expect(await send(`smtp://u:p%40ss@127.0.0.1:${port}`)).toMatchObject({
    kind: "later",
    brokenGateway: true,
  });
  expect(arrived).toEqual([]);
});

test("a wrong password leaves the message waiting", async () => {
  const { port, arrived } = await startServer();
  const outcome = await send(`smtp://u:wrong@127.0.0.1:${port}?tls.rejectUnauthorized=false`);
  expect(outcome).toMatchObject({
    kind: "later",
    brokenGateway: true,
    detail: expect.stringMatching(/^535/),
  });
  expect(arrived).toEqual([]);
});
