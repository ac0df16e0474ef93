import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PNG } from "pngjs";
import { afterAll, describe, expect, it } from "vitest";
import { demoCommand } from "../../../cli/demo.ts";
import { peerCommand } from "../../../cli/peer.ts";
import { UsageError } from "../../../cli/support/exit.ts";
import { ownDataOf } from "../../../cli/support/own-data-options.ts";
import { readingFlagsOf } from "../../../cli/support/reading-options.ts";
import { proposeRun } from "../../../client/tasks/propose-run.ts";

const folder = mkdtempSync(join(tmpdir(), "copse-own-"));
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const text = file("song.txt", "la la la, li li li: ".repeat(40));
const table = file("rows.csv", "1,2\n3,4\n5,6\n");
const picture = file("sky.png", new Uint8Array(PNG.sync.write(new PNG({ height: 6, width: 4 }))));

describe("the options of own data", () => {
  it("make the tokens that are asked for, and bring pictures to one size", async () => {
    expect(proposeRun((await ownDataOf({ data: text, tokenizer: "bytes" }))!).schema).toBe('{"kind":"text","tokenizer":"bytes"}');
    expect(proposeRun((await ownDataOf({ data: text }))!).schema).toContain('"tokenizer":"characters"');
    const { files } = (await ownDataOf({ data: picture, size: "2x3" }))!;
    expect(files.train).toMatchObject({ height: 2, width: 3 });
    expect((await ownDataOf({ data: table, header: true }))!.files.train).toMatchObject({ rows: 2 });
    expect((await ownDataOf({ data: table, header: false }))!.files.train).toMatchObject({ rows: 3 });
  });

  it.each([
    [{ data: text, tokenizer: "words" }, "--tokenizer: expected one of bytes, characters, gpt2, got words"],
    [{ data: picture, size: "32" }, "--size: expected a height and a width in pixels, such as 32x32, got 32"],
    [{ data: table, size: "32x32" }, "--data: size: expected pictures to bring to it, got files of the format csv"],
    [{ tokenizer: "bytes" }, "--tokenizer: expected --data with a path beside it"],
    [{ data: true, size: "2x2" }, "--size: expected --data with a path beside it"],
    [{ header: false }, "--no-header: expected --data with a path beside it"],
    [{ take: "1/2" }, "--take: expected --data with a path beside it"],
  ])("that cannot be used are refused in a sentence: %j", async (typed, sentence) => {
    const cause = await ownDataOf(typed).catch((error: unknown) => error);
    expect(cause).toBeInstanceOf(UsageError);
    expect((cause as UsageError).message).toBe(sentence);
  });

  it("are handed to another process as they were typed", () => {
    expect(readingFlagsOf({ label: "kind", size: "8x8", tokenizer: "gpt2", header: false, rounds: "3" })).toEqual([
      ...["--label", "kind", "--size", "8x8", "--tokenizer", "gpt2", "--no-header"],
    ]);
    expect(readingFlagsOf({ data: "a" })).toEqual([]);
  });

  it("are in the help of a peer and of a demo", () => {
    for (const command of [peerCommand(), demoCommand()])
      for (const flag of ["--label", "--header", "--no-header", "--size", "--tokenizer"])
        expect(command.options.map(({ long }) => long)).toContain(flag);
  });
});
