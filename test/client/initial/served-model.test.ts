import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { serverAddress } from "../../../client/base/server-address.ts";
import { servedModelFiles } from "../../../client/initial/served-model.ts";
import { createSignalingServer } from "../../../signaling-server/main.ts";

async function started(modelFolder: string | null): Promise<ReturnType<typeof serverAddress>> {
  const server = await createSignalingServer({ host: "127.0.0.1", port: 0, ...(modelFolder === null ? {} : { modelFolder }) });
  onTestFinished(() => server.close());
  return serverAddress(server.url);
}

it("the files of a served model come byte for byte, those of no model not", async () => {
  const folder = await mkdtemp(join(tmpdir(), "copse-served-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const name of ["model.json", "group1-shard1of1.bin", "notes.txt"]) await writeFile(join(folder, name), `of ${name}`);
  const files = await servedModelFiles(await started(folder));
  expect(files!.map(({ path }) => path)).toEqual(["group1-shard1of1.bin", "model.json"]);
  for (const file of files!) expect(new TextDecoder().decode(await file.read(0, file.size))).toBe(`of ${file.path}`);
});

it("a server that serves no model, or is none, has none", async () => {
  const address = await started(null);
  expect(await servedModelFiles(address)).toBeNull();
  expect(await servedModelFiles({ ...address, health: `${address.url}nowhere` })).toBeNull();
  expect(await servedModelFiles(serverAddress("http://127.0.0.1:1"))).toBeNull();
});
