import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { createSignalingServer } from "../../signaling-server/main.ts";

/** What the process of a server says: where it listens, then, each time that it is asked, what it keeps and has used. */
export type HeapReport =
  | { readonly port: number }
  | {
      readonly heapUsed: number;
      readonly memory: number;
      readonly cpuMs: number;
      readonly sockets: number;
      readonly log: readonly string[];
    };

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;
const log: string[] = [];
const { user, system } = process.cpuUsage();
const startedAt = user + system;
/** Options of the server as JSON, if any. */
const [, , options = "{}"] = process.argv;
const { port } = await createSignalingServer({
  host: "127.0.0.1",
  port: 0,
  log: (line) => log.push(line),
  ...JSON.parse(options),
});
const report = (what: HeapReport): void => void process.send!(what);
process.on("message", () => {
  const used = process.cpuUsage();
  collect();
  const sockets = process.getActiveResourcesInfo().filter((kind) => kind === "TCPSocketWrap").length;
  const { heapUsed, external } = process.memoryUsage();
  report({ heapUsed, memory: heapUsed + external, cpuMs: (used.user + used.system - startedAt) / 1_000, sockets, log });
});
process.on("disconnect", () => process.exit());
report({ port });
