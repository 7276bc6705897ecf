/**
 * A real browser for tests: Debian's or any other Chromium, driven by its DevTools protocol over a WebSocket. Input
 * goes in as a person's would (keys, mouse), and every request that a page makes is written down.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface View {
  readonly width: number;
  readonly height: number;
  readonly isDark: boolean;
}

export interface Page {
  /** Opens an address and waits until it is drawn. */
  goto(url: string): Promise<void>;
  /** The value of an expression in the page; promises are waited for. */
  evaluate<T>(expression: string): Promise<T>;
  /** Waits until an expression is true. @throws when it is not in time. */
  until(expression: string, timeoutMs?: number): Promise<void>;
  /** Clicks the middle of the first element that matches. */
  click(selector: string): Promise<void>;
  /** Puts text where the focus is. */
  type(text: string): Promise<void>;
  /** One key: "/", "Enter", "Tab". */
  press(key: string, modifiers?: { readonly control?: boolean }): Promise<void>;
  show(view: View): Promise<void>;
  /** Writes a PNG of what is in view. */
  screenshot(path: string): Promise<void>;
  /** Addresses of all requests so far, pages included. */
  readonly requests: readonly string[];
  /** What the page threw or logged as an error, breaches of its policy included. */
  readonly faults: readonly string[];
}

export interface Browser {
  open(): Promise<Page>;
  close(): Promise<void>;
}

const NAMES = ["chromium", "chromium-browser", "google-chrome", "chrome"];

/** The path of a Chromium on this machine; null, with a printed line, where there is none. */
export function findBrowser(): string | null {
  const folders = (process.env.PATH ?? "").split(":").concat("/usr/bin");
  const paths = [
    process.env.CHROMIUM ?? "",
    ...folders.flatMap((dir) => NAMES.map((name) => join(dir, name))),
  ];
  const found = paths.find((path) => path !== "" && canRun(path));
  if (found === undefined) console.log("SKIPPED: no Chromium on this machine, so no browser test ran.");
  return found ?? null;
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Starts a browser with an empty profile that reaches this machine alone. */
export async function startBrowser(path: string): Promise<Browser> {
  const profile = mkdtempSync(join(tmpdir(), "carillon-browser-"));
  const child = spawn(
    path,
    [
      "--headless=new",
      "--remote-debugging-port=0",
      `--user-data-dir=${profile}`,
      "--no-first-run",
      "--disable-gpu",
      "--disable-dev-shm-usage",
      "--disable-background-networking",
      // Whatever a page asks for elsewhere fails at once, and is written down all the same.
      "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
      // Chromium refuses its own sandbox to root; the pages under test are ours.
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      "about:blank",
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  const wire = await addressOf(child)
    .then(connectTo)
    .catch((error: unknown) => {
      child.kill("SIGKILL");
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      throw error;
    });
  return {
    open: () => openPage(wire),
    async close() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      await wire.send("Browser.close").catch(() => child.kill("SIGKILL"));
      await ended;
      wire.close();
      rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** Seconds at most on an idle machine. */
const START_MS = 90_000;

/** Chromium prints where it listens. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let said = "";
    const timer = setTimeout(() => reject(new Error(`the browser did not start: ${said}`)), START_MS);
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      const found = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
    child.once("exit", (code) => reject(new Error(`the browser ended with ${code}: ${said}`)));
  });
}

type Message = Readonly<Record<string, unknown>>;
// biome-ignore lint/suspicious/noExplicitAny: the protocol has hundreds of shapes; a test reads the few that it names
type Answer = any;

interface Wire {
  send(method: string, params?: Message, sessionId?: string): Promise<Answer>;
  on(listener: (method: string, params: Answer, sessionId: string | undefined) => void): void;
  close(): void;
}

async function connectTo(url: string): Promise<Wire> {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => {
    socket.addEventListener("open", resolve, { once: true });
    socket.addEventListener("error", () => reject(new Error(`no connection to ${url}`)), { once: true });
  });
  const waiting = new Map<number, { resolve(answer: Answer): void; reject(error: Error): void }>();
  const listeners: ((method: string, params: Answer, sessionId: string | undefined) => void)[] = [];
  let last = 0;
  socket.addEventListener("message", ({ data }) => {
    const { id, result, error, method, params, sessionId } = JSON.parse(String(data));
    const asked = waiting.get(id);
    if (asked === undefined) {
      for (const listener of listeners) listener(method, params, sessionId);
      return;
    }
    waiting.delete(id);
    if (error === undefined) asked.resolve(result);
    else asked.reject(new Error(`${error.message} ${error.data ?? ""}`));
  });
  socket.addEventListener("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("the browser has gone"));
  });
  return {
    send(method, params = {}, sessionId) {
      last += 1;
      const id = last;
      const content = { id, method, params, ...(sessionId === undefined ? {} : { sessionId }) };
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        socket.send(JSON.stringify(content));
      });
    },
    on: (listener) => void listeners.push(listener),
    close: () => socket.close(),
  };
}

async function openPage(wire: Wire): Promise<Page> {
  const { targetId } = await wire.send("Target.createTarget", { url: "about:blank" });
  const { sessionId } = await wire.send("Target.attachToTarget", { targetId, flatten: true });
  const requests: string[] = [];
  const faults: string[] = [];
  wire.on((method, params, from) => {
    if (from !== sessionId) return;
    if (method === "Network.requestWillBeSent") requests.push(params.request.url);
    if (method === "Runtime.exceptionThrown") faults.push(params.exceptionDetails.text);
    if (method === "Log.entryAdded" && params.entry.level === "error") faults.push(params.entry.text);
  });
  const send = (method: string, params: Message = {}): Promise<Answer> =>
    wire.send(method, params, sessionId);
  for (const domain of ["Page", "Network", "Runtime", "Log"]) await send(`${domain}.enable`);
  return pageOf(send, { requests, faults });
}

type Send = (method: string, params?: Message) => Promise<Answer>;

const LOOK_MS = 20;

function pageOf(send: Send, seen: Pick<Page, "requests" | "faults">): Page {
  async function evaluate<T>(expression: string): Promise<T> {
    const given = { expression, returnByValue: true, awaitPromise: true, userGesture: true };
    const { result, exceptionDetails } = await send("Runtime.evaluate", given);
    if (exceptionDetails !== undefined) {
      throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text);
    }
    return result.value as T;
  }

  async function until(expression: string, timeoutMs = 40_000): Promise<void> {
    const endMs = performance.now() + timeoutMs;
    // A page that is being left has no answer; the next look asks the new one.
    while (!(await evaluate<boolean>(`Boolean(${expression})`).catch(() => false))) {
      if (performance.now() > endMs) throw new Error(`never came true in the page: ${expression}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  return {
    ...seen,
    evaluate,
    until,
    async goto(url) {
      await evaluate("window.leaving = true");
      await send("Page.navigate", { url });
      await until("window.leaving === undefined && document.readyState === 'complete'");
    },
    async click(selector) {
      const at = JSON.stringify(selector);
      await until(`document.querySelector(${at}) !== null`);
      const { x, y } = await evaluate<{ x: number; y: number }>(`(() => {
        const element = document.querySelector(${at});
        element.scrollIntoView({ block: "center", behavior: "instant" });
        const box = element.getBoundingClientRect();
        return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
      })()`);
      const button = { x, y, button: "left", clickCount: 1 };
      await send("Input.dispatchMouseEvent", { type: "mousePressed", ...button });
      await send("Input.dispatchMouseEvent", { type: "mouseReleased", ...button });
    },
    type: (text) => send("Input.insertText", { text }),
    press: (key, { control = false } = {}) => pressKey(send, key, control),
    async show({ width, height, isDark }) {
      await send("Emulation.setDeviceMetricsOverride", {
        width,
        height,
        deviceScaleFactor: 1,
        mobile: width < 600,
      });
      const features = [{ name: "prefers-color-scheme", value: isDark ? "dark" : "light" }];
      await send("Emulation.setEmulatedMedia", { features });
    },
    async screenshot(path) {
      const { data } = await send("Page.captureScreenshot");
      writeFileSync(path, Buffer.from(data, "base64"));
    },
  };
}

const CODES: Readonly<Record<string, readonly [code: string, keyCode: number, text?: string]>> = {
  Enter: ["Enter", 13, "\r"],
  Tab: ["Tab", 9],
  Escape: ["Escape", 27],
  "/": ["Slash", 191, "/"],
};

async function pressKey(send: Send, key: string, hasControl: boolean): Promise<void> {
  const [code, windowsVirtualKeyCode, text] = CODES[key] ?? [
    `Key${key.toUpperCase()}`,
    key.charCodeAt(0),
    key,
  ];
  const pressed = { key, code, windowsVirtualKeyCode, modifiers: hasControl ? 2 : 0 };
  const isTyped = text !== undefined && !hasControl;
  await send("Input.dispatchKeyEvent", {
    type: isTyped ? "keyDown" : "rawKeyDown",
    ...pressed,
    ...(isTyped ? { text } : {}),
  });
  await send("Input.dispatchKeyEvent", { type: "keyUp", ...pressed });
}
