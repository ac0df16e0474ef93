import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createSignalingServer } from "../../signaling-server/main.ts";

/** What the process of a server says: where it listens, then, each time that it is asked, what it keeps. */
export type HeapReport = { readonly port: number } | { readonly heapUsed: number; readonly log: readonly string[] };

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const log: string[] = [];
const { port } = await createSignalingServer({ host: "127.0.0.1", port: 0, log: (line) => log.push(line) });
const report = (what: HeapReport): void => void process.send!(what);
process.on("message", () => {
  collect();
  report({ heapUsed: process.memoryUsage().heapUsed, log });
});
process.on("disconnect", () => process.exit());
report({ port });
