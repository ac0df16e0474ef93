import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { checkDataFolder } from "../../../cli/support/data-folder.ts";
import { idxFile } from "../../client/data/idx-file.ts";
import { folderOfHeads } from "../folder-of-heads.ts";
import { runCopse } from "../run-copse.ts";

it("a folder is judged by its files' heads, packed or not, in a sentence that says which are wanted and what is there", async () => {
  const folder = await folderOfHeads();
  await checkDataFolder(folder);
  await checkDataFolder("/no/such/folder"); // the server has a sentence for that
  const put = (name: string, bytes: Uint8Array | string): Promise<void> => writeFile(join(folder, name), bytes);
  await put("t10k-labels", gzipSync(idxFile([2], new Uint8Array(100_000))));
  await checkDataFolder(folder);
  await put("t10k-labels", idxFile([3], new Uint8Array(3)));
  await expect(checkDataFolder(folder)).rejects.toThrow("expected a label for each of 2 test images, got 3");
  await put("t10k-labels", "<!doctype html>");
  await expect(checkDataFolder(folder)).rejects.toThrow("t10k-labels: expected an IDX file of labels, got another file");
  await rm(join(folder, "t10k-labels"));
  await expect(checkDataFolder(folder)).rejects.toThrow(
    "expected a file named t10k-labels… or test-labels…, got t10k-images, train-images, train-labels",
  );
});

it("copse serve does not start with a folder that nobody can train on", async () => {
  const { code, stderr } = await runCopse("serve", "--port", "0", "--data", import.meta.dirname).ended;
  expect(code).toBe(2);
  expect(stderr).toMatch(/^error: --data: .*expected a file named train-images…, got /);
});
