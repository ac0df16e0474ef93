import { dirname } from "node:path";
import { expect, test } from "vitest";
import { type Import, importsOf, loadedWith, sourceFiles } from "./import-graph.ts";

/** Lowest first. The folders of one row may import each other. */
const layers: readonly (readonly string[])[] = [
  ["shared/base"],
  ["shared/vector"],
  ["shared/tree"],
  ["shared/sum"],
  ["shared/signaling/protocol"],
  ["shared/signaling/roster"],
  ["shared/signaling/room"],
  ["signaling-server"],
  ["shared/compress"],
  ["shared/optimizer"],
  ["shared/wire"],
  ["shared/links"],
  ["shared/reduce"],
  ["shared/run"],
  ["shared/replica"],
  ["shared/membership"],
  ["shared/checkpoint"],
  ["shared/sync"],
  ["shared/peer"],
  ["shared/simulation"],
  ["client/base"],
  [
    "client/data",
    "client/export",
    "client/gpu",
    "client/initial",
    "client/models",
    "client/optimizer",
    "client/peer",
    "client/rtc",
    "client/tasks",
    "client/tfjs",
  ],
  ["client/node"],
  ["client/browser"],
  ["client/page"],
  ["cli/support"],
  ["bench/measure"],
  ["cli"],
  ["bench", "e2e", "test", "tools", "."],
];

/** Modules of a folder. */
const maxFiles = 24;

const rows = layers.flatMap((folders, rank) => folders.map((folder) => ({ folder, rank })));
// A folder before those that hold it.
rows.sort((a, b) => b.folder.length - a.folder.length);

function rankOf(file: string): number {
  const row = rows.find(({ folder }) => dirname(file) === folder || file.startsWith(`${folder}/`));
  if (row === undefined) throw new Error(`expected ${file} in a folder of the list of layers`);
  return row.rank;
}

function upward(imports: readonly Import[]): readonly string[] {
  return imports.filter(({ from, to }) => rankOf(to) > rankOf(from)).map(({ from, to }) => `${from} imports ${to}`);
}

const files = sourceFiles();

test("every module is in a layer", () => {
  for (const file of files) expect(() => rankOf(file)).not.toThrow();
});

test("no import points upward, of a type neither", () => {
  expect(upward(files.flatMap((file) => importsOf(file)))).toEqual([]);
});

test.each([
  ["a value", 'import { simulate } from "../simulation/lab/lab.ts";'],
  ["a type", 'import type { Peer } from "../peer/peer.ts";'],
  ["an export", 'export type { Peer } from "../peer/peer.ts";'],
  ["a type in place", 'let peer: import("../peer/peer.ts").Peer;'],
  ["a module that is loaded later", 'void import("../peer/peer.ts");'],
])("%s from above is found", (_, text) => {
  expect(upward(importsOf("shared/base/clock.ts", text))).toHaveLength(1);
});

test("an import from any layer of one above it is found", () => {
  const samples = layers.map(
    (folders) =>
      files.find((file) => folders.some((folder) => file.startsWith(`${folder}/`)) || folders.includes(dirname(file)))!,
  );
  for (const [rank, from] of samples.entries()) {
    for (const to of samples.slice(rank + 1))
      expect(upward([{ from, to, isTypeOnly: true }]), `${from} imports ${to}`).toHaveLength(1);
  }
});

test("the signaling server loads base, tree and signaling, and no other part of shared/", () => {
  const foreign = [...loadedWith("signaling-server/main.ts")].filter(
    (file) => !/^(signaling-server|shared\/(base|tree|signaling))\//.test(file),
  );
  expect(foreign).toEqual([]);
});

test(`no folder holds more than ${maxFiles} modules`, () => {
  const counts = new Map<string, number>();
  for (const file of files.filter((one) => !/^(test|e2e)\//.test(one)))
    counts.set(dirname(file), (counts.get(dirname(file)) ?? 0) + 1);
  expect([...counts].filter(([, count]) => count > maxFiles)).toEqual([]);
});
