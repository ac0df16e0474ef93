import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { InspectRun } from "./inspect-run.ts";
import { circumstances, writeLines } from "./results.ts";

/**
 * What the hook of a peer costs that sees every event and effect: while nobody inspects, and while each peer writes a trace, both against a
 * copy of the sources without the hook. They take turns, each in a process of its own. A small model: the less a round computes, the
 * more the hook counts. About ten minutes.
 */
const turnCount = 9;
/** With probability 96 % the median lies between the second and the eighth of nine sorted ratios: 1 − 2 · (1 + 9) / 2⁹. */
const outer = 1;

const sizes = { peers: 16, dimension: 1_000, rounds: 200 } as const;

const root = fileURLToPath(new URL("..", import.meta.url));
const runner = fileURLToPath(new URL("inspect-run.ts", import.meta.url));
/** Beside the sources, so that the copy finds the same packages. */
const copy = mkdtempSync(join(root, ".copse-bench-"));

/** The call of the hook, and nothing else. */
const call = "    this.options.inspect?.(event, this.inspected, depth);\n";

function makeCopy(): void {
  for (const folder of ["shared", "client", "cli"]) cpSync(join(root, folder), join(copy, folder), { recursive: true });
  for (const file of ["package.json", "tsconfig.base.json"]) cpSync(join(root, file), join(copy, file));
  const file = join(copy, "shared/peer/rounds.ts");
  const text = readFileSync(file, "utf8");
  if (!text.includes(call)) throw new Error(`expected ${JSON.stringify(call)} in ${file}`);
  writeFileSync(file, text.replace(call, ""));
}

function play(folder: string, hook: "off" | "trace"): InspectRun {
  const { peers, dimension, rounds } = sizes;
  const args = ["--import", "tsx", runner, folder, hook, String(peers), String(dimension), String(rounds)];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: "utf8" })) as InspectRun;
}

/** The programs of one turn: the copy, and the sources with the hook in either state. */
const players = {
  without: () => play(copy, "off"),
  off: () => play(root, "off"),
  trace: () => play(root, "trace"),
} as const;
type Player = keyof typeof players;

/** Each plays once in a turn; who begins changes with the turn. */
function turn(number: number): Readonly<Record<Player, InspectRun>> {
  const names = Object.keys(players) as Player[];
  const ordered = names.map((_, i) => names[(i + number) % names.length]!);
  return Object.fromEntries(ordered.map((name) => [name, players[name]()])) as Record<Player, InspectRun>;
}

/** Ratios of times with the hook in this state to those without it. */
function rowOf(hook: Exclude<Player, "without">, turns: readonly Readonly<Record<Player, InspectRun>>[]): object {
  const ratios = (time: keyof InspectRun) => spread(turns.map((all) => all[hook][time] / all.without[time]));
  const roundsPerCpuSecond = spread(turns.map(({ without }) => (1_000 * sizes.rounds) / without.cpuMs)).median;
  return {
    type: "inspect",
    hook,
    ...sizes,
    turns: turns.length,
    roundsPerCpuSecond,
    cpu: ratios("cpuMs"),
    wall: ratios("wallMs"),
  };
}

function spread(values: readonly number[]): { readonly median: number; readonly low: number; readonly high: number } {
  const sorted = values.toSorted((a, b) => a - b).map((value) => Number(value.toPrecision(5)));
  return { median: sorted[sorted.length >> 1]!, low: sorted[outer]!, high: sorted.at(-1 - outer)! };
}

try {
  makeCopy();
  const turns = Array.from({ length: turnCount }, (_, number) => turn(number));
  const rows = (["off", "trace"] as const).map((hook) => ({ ...rowOf(hook, turns), ...circumstances }));
  for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`);
  writeLines("inspect.ndjson", rows);
} finally {
  rmSync(copy, { recursive: true, force: true });
}
