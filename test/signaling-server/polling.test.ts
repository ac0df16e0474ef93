import { describe, expect, it, onTestFinished } from "vitest";
import { startChildPeer } from "../../cli/child-peer.ts";
import { openProxy } from "../support/open-proxy.ts";
import { getRaw, startServer } from "./server-harness.ts";

const handshake = "/socket.io/?EIO=4&transport=polling";

describe("long polling", () => {
  it("is answered by one handler: a session opens and is polled, and the server goes on", async () => {
    const { url, port } = await startServer();
    const opened = await getRaw(port, handshake);
    expect(opened.status).toBe(200);
    const { sid } = JSON.parse(opened.text.slice(1)) as { sid: string };
    const entered = await fetch(`${url}${handshake}&sid=${sid}`, { method: "POST", body: "40" });
    expect(await entered.text()).toBe("ok");
    const polled = await getRaw(port, `${handshake}&sid=${sid}`);
    expect(polled.status).toBe(200);
    expect(polled.text).toMatch(/^40\{"sid":/);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  });

  it("carries a whole run of two peers behind a proxy that knows no WebSockets", async () => {
    const server = await startServer();
    const proxy = await openProxy(server.url, { upgrades: "strip" });
    onTestFinished(() => proxy.close());
    const flags = ["--server", proxy.url, "--room", "polling", "--model", "softmax", "--samples", "40", "--rounds", "3"];
    const finish = async (label: string): Promise<string> => {
      let hash = "";
      const peer = startChildPeer(label, [...flags, "--name", label], (report) => {
        if (report.type === "finished") hash = report.hash;
      });
      onTestFinished(() => peer.dismiss());
      const ended = await peer.ended;
      return ended === null ? `ended: ${peer.exit}, ${peer.lastWords()}` : hash;
    };
    const hashes = await Promise.all([finish("a"), finish("b")]);
    expect(hashes[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(hashes[0]).toBe(hashes[1]);
    expect(proxy.requests.filter((request) => request.startsWith("POST")).length).toBeGreaterThan(5);
  }, 120_000);
});
