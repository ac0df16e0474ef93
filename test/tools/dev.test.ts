import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, it, onTestFinished } from "vitest";
import { createDevServer } from "../../tools/dev-server.ts";
import { helloOf } from "../signaling/room/room-harness.ts";
import { folderWith, startClient } from "../signaling-server/server-harness.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const text = async (url: string): Promise<string> => (await fetch(url)).text();

it("the page is served from its sources, at the start page and in a room, and its modules are there", async () => {
  const server = await createDevServer({ port: 0 });
  onTestFinished(() => server.close());
  expect(await text(`${server.url}/`)).toContain('<base href="./" />');
  const room = await fetch(`${server.url}/r/quiet-fox-42`);
  expect(room.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
  const html = await room.text();
  expect(html).toContain('<base href="../" />');
  const [, main] = /src="(?:\.|\.\.)?(\/main\.ts[^"]*)"/.exec(html)!;
  const script = await fetch(server.url + main);
  expect(script.headers.get("content-type")).toMatch(/javascript/);
  // Its imports, and what reloads the page, are addresses of the same server.
  const source = await script.text();
  const [, imported] = /from "(\/[^"]*route\.ts[^"]*)"/.exec(source)!;
  expect(await text(server.url + imported)).toContain("pathBelow");
  expect(await text(`${server.url}/@vite/client`)).toContain("WebSocket");
});

it("rooms, data, health and the last word of a page are the signaling server's, behind the same address", async () => {
  const dataFolder = await folderWith({ "train-images": "x" });
  const server = await createDevServer({ port: 0, dataFolder });
  onTestFinished(() => server.close());
  const { next } = startClient(server.url, helloOf(1));
  expect(await next("welcome")).toMatchObject({ seat: 0 });
  expect(JSON.parse(await text(`${server.url}/data/`))).toEqual({ files: ["train-images"] });
  expect(JSON.parse(await text(`${server.url}/healthz`))).toMatchObject({ status: "ok", data: "served" });
  expect((await fetch(`${server.url}/leave`, { method: "POST", body: "{}" })).status).toBe(204);
});

it("an interruption ends both", async () => {
  const child = spawn(process.execPath, ["--import", "tsx", "tools/dev.ts", "--port", "0"], { cwd: root });
  onTestFinished(() => void child.kill("SIGKILL"));
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const [, url] = /^The page as its sources are: (http:\/\/127\.0\.0\.1:\d+)\/r\/[a-z0-9-]+$/.exec(String(line))!;
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
  child.kill("SIGINT");
  expect(await once(child, "close")).toEqual([0, null]);
  await expect(fetch(url!)).rejects.toThrow();
});
