import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { chromium } from "@playwright/test";
import { chromiumAdvice, chromiumArguments, findChromium } from "../../cli/find-chromium.ts";
import type { ReportBook } from "../../test/support/report-book.ts";
import { listenToWorkers } from "./tab.ts";

type Answer = Readonly<Record<string, unknown>>;

/** A browser as people have it: Playwright keeps every page of its own visible and awake, so that none can be hidden or frozen. */
export interface PlainChromium {
  /** A tab, in front of those before it; what its worker reports goes into the book. */
  open(url: string, book?: ReportBook): Promise<PlainTab>;
  close(): Promise<void>;
}

/** A page or a worker. */
export interface PlainTarget {
  /** A command of the DevTools protocol. @throws {Error} (as a rejection) if it is refused */
  send(method: string, params?: Answer): Promise<Answer>;
  evaluate(expression: string): Promise<unknown>;
}

export interface PlainTab extends PlainTarget {
  /** Its first dedicated worker, once there is one. */
  readonly worker: Promise<PlainTarget>;
  /** Closes the tab, even while its page is loading or leaving. */
  close(): Promise<void>;
}

interface PlainOptions {
  /** Preferences of its profile, as its settings page would write them. */
  readonly preferences?: Answer;
  /** Switches of its command line, beside those that all tests need. */
  readonly switches?: readonly string[];
}

/** @param display of an X server on which it shows itself; without one it is headless */
export async function openPlainChromium(
  display: string | null,
  { preferences = {}, switches = [] }: PlainOptions = {},
): Promise<PlainChromium> {
  const executable = findChromium(() => chromium.executablePath());
  if (executable === null) throw new Error(chromiumAdvice);
  const profile = await mkdtemp(join(tmpdir(), "copse-chromium-"));
  await mkdir(join(profile, "Default"));
  await writeFile(join(profile, "Default", "Preferences"), JSON.stringify(preferences));
  const window = display === null ? ["--headless=new"] : [];
  const child = spawn(
    executable,
    [...chromiumArguments, ...switches, ...window, "--remote-debugging-pipe", `--user-data-dir=${profile}`, "about:blank"],
    {
      stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"],
      env: { ...process.env, ...(display === null ? {} : { DISPLAY: display }) },
    },
  );
  const books = new Map<string, ReportBook>();
  const workers = new Map<string, (session: string) => void>();
  const send = createPipe(child, (method, params, session) => {
    if (method === "Runtime.bindingCalled") books.get(session)?.hear(JSON.parse(String(params["payload"])));
    if (method === "Target.attachedToTarget") workers.get(session)?.(String(params["sessionId"]));
  });
  const targetOf = (session: string): PlainTarget => ({
    send: (method, params = {}) => send(method, params, session),
    async evaluate(expression) {
      const { result } = await send("Runtime.evaluate", { expression, returnByValue: true }, session);
      return (result as Answer)["value"];
    },
  });
  return {
    async open(url, book) {
      const { targetId } = await send("Target.createTarget", { url: "about:blank" });
      const { sessionId } = await send("Target.attachToTarget", { targetId, flatten: true });
      const session = String(sessionId);
      const worker = new Promise<PlainTarget>((resolve) => workers.set(session, (its) => resolve(targetOf(its))));
      const close = async (): Promise<void> => void (await send("Target.closeTarget", { targetId }));
      const tab: PlainTab = { ...targetOf(session), worker, close };
      await tab.send("Target.setAutoAttach", { autoAttach: true, waitForDebuggerOnStart: false, flatten: true });
      if (book !== undefined) {
        books.set(session, book);
        await tab.send("Runtime.enable");
        await tab.send("Runtime.addBinding", { name: "hearText" });
        await tab.send("Page.enable");
        const source = `window.heard = (report) => hearText(JSON.stringify(report)); (${listenToWorkers})();`;
        await tab.send("Page.addScriptToEvaluateOnNewDocument", { source });
      }
      await tab.send("Page.navigate", { url });
      return tab;
    },
    async close() {
      const exited = once(child, "exit");
      child.kill("SIGKILL");
      await exited;
      await rm(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    },
  };
}

/** The DevTools protocol over two pipes: JSON texts, each ended by a zero byte. */
function createPipe(child: ChildProcess, event: (method: string, params: Answer, session: string) => void) {
  const waiting = new Map<number, (message: Answer) => void>();
  let lastId = 0;
  let rest = "";
  const input = child.stdio[3] as Writable;
  (child.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => {
    const messages = (rest + text).split("\0");
    rest = messages.pop()!;
    for (const message of messages.map((json) => JSON.parse(json) as Answer)) {
      if (message["id"] === undefined)
        event(String(message["method"]), message["params"] as Answer, String(message["sessionId"]));
      else waiting.get(message["id"] as number)?.(message);
    }
  });
  return (method: string, params: Answer, sessionId?: string): Promise<Answer> =>
    new Promise((resolve, reject) => {
      lastId += 1;
      const id = lastId;
      waiting.set(id, ({ result, error }) => {
        waiting.delete(id);
        if (error === undefined) resolve(result as Answer);
        else reject(new Error(`${method}: ${JSON.stringify(error)}`));
      });
      input.write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    });
}
