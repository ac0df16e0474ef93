import { describe, expect, it } from "vitest";
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
});
