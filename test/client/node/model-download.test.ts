import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { mkdtemp, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { startNodePeer } from "../../../client/node/node-peer.ts";
import type { Download } from "../../../client/peer/client-report.ts";
import { defaultConfig, type RunConfig } from "../../../shared/run/config.ts";
import { createSignalingServer } from "../../../signaling-server/main.ts";

const weightBytes = 60 * 2 ** 20;

/** How the request for the weights ends, as Node's own fetch tells it. */
function requestEnds(): Promise<"whole" | "given up"> {
  return new Promise((resolve) => {
    const ends = (how: "whole" | "given up") => {
      const heard = (message: unknown): void => {
        const { request } = message as { readonly request: { readonly path: string } };
        if (!request.path.endsWith("/weights.bin")) return;
        for (const [channel, listener] of listeners) unsubscribe(channel, listener);
        resolve(how);
      };
      return heard;
    };
    const listeners = [
      ["undici:request:trailers", ends("whole")],
      ["undici:request:error", ends("given up")],
    ] as const;
    for (const [channel, listener] of listeners) subscribe(channel, listener);
  });
}

/** A peer of a room whose model the server serves, at the moment at which its weights begin to come. */
async function downloading(config: RunConfig) {
  const modelFolder = await mkdtemp(join(tmpdir(), "copse-download-"));
  const weights = join(modelFolder, "weights.bin");
  await writeFile(weights, "");
  await truncate(weights, weightBytes);
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0, modelFolder });
  const heard: Download[] = [];
  let begun = (): void => {};
  const beginning = new Promise<void>((resolve) => (begun = resolve));
  const starting = new AbortController();
  const requested = requestEnds();
  const peer = startNodePeer({
    ...{ serverUrl: server.url, room: "grove", label: "test", config, signal: starting.signal },
    report(report) {
      if (report.type !== "download") return;
      heard.push(report);
      begun();
    },
  });
  peer.catch(() => {});
  await beginning;
  return {
    ...{ peer, starting, heard },
    /** How the download ended; then the server ends. */
    async end() {
      const how = await requested;
      await server.close();
      await rm(modelFolder, { recursive: true });
      return how;
    },
  };
}

it("a peer that is closed while the server's model comes takes no more of it", async () => {
  const { peer, heard, end } = await downloading({ ...defaultConfig, model: "own", from: "1".repeat(32) });
  await (await peer).close();
  expect(await end()).toBe("given up");
  expect(heard[0]).toMatchObject({ what: "model", file: 1, files: 1 });
  expect(heard.at(-1)!.received).toBeLessThan(weightBytes);
});

it("a start that is given up while the server's model comes takes no more of it, and says why it ended", async () => {
  const { peer, starting, heard, end } = await downloading({ ...defaultConfig, model: "own" });
  starting.abort();
  await expect(peer).rejects.toMatchObject({ name: "AbortError" });
  expect(await end()).toBe("given up");
  expect(heard.at(-1)!.received).toBeLessThan(weightBytes);
});
