import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { expect, it } from "vitest";

const main = fileURLToPath(new URL("../../cli/main.ts", import.meta.url));

it("a reader that has had enough, as in `copse … | head`, ends the command without a word", async () => {
  const command = `"${process.execPath}" --import tsx "${main}" simulate --seeds 1 --trace | head -n 1`;
  const { stdout, stderr } = await promisify(execFile)("sh", ["-c", command]);
  expect(stdout).toContain("connected to the server");
  expect(stderr).toBe("");
});
