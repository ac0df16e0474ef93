import { readFileSync } from "node:fs";
import { closest } from "fastest-levenshtein";
import { parse, YAMLParseError } from "yaml";
import { UsageError } from "../support/exit.ts";
import { textIn } from "../support/text-in.ts";
import { type Cell, cellFields, cellOf } from "./cell.ts";

/** A file of experiments, read: its runs, and which fields set them apart. */
export interface LabFile {
  readonly cells: readonly NamedCell[];
  /** Fields in which runs of one arm differ: those that its name does not stand for. */
  readonly varied: readonly (keyof Cell)[];
}

/** A run, and the name of the arm that it is of; empty where there are no arms. */
export interface NamedCell {
  readonly arm: string;
  readonly cell: Cell;
}

/** A grid of more runs is a mistake: at a minute each it takes most of a day. */
const maxCells = 1_000;
const maxBytes = 1_000_000;
const parts = ["settings", "arms", "grid"] as const;

type Fields = Readonly<Partial<Record<keyof Cell, unknown>>>;

/** @throws {UsageError} in one sentence, if the file cannot be read or is not what it should be */
export function readLabFile(path: string): LabFile {
  let text: string;
  try {
    text = textIn(readFileSync(path));
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code === "ENOENT" ? "there is no such file" : (cause as Error).message;
    throw new UsageError(`${path}: expected a file that can be read (${reason})`, { cause });
  }
  if (text.length > maxBytes) throw new UsageError(`${path}: expected at most ${maxBytes} characters, got ${text.length}`);
  return labOf(text, path);
}

/** @throws {UsageError} in one sentence, if the text is not what it should be */
export function labOf(text: string, path: string): LabFile {
  const fail = (problem: string): never => {
    throw new UsageError(`${path}: ${problem}`);
  };
  const root = mapOf(parsed(text, path), "a file of settings, arms and grid", fail);
  for (const key of Object.keys(root))
    if (!parts.some((part) => part === key))
      fail(`expected ${parts.join(", ")}, got ${key}; did you mean ${closest(key, [...parts])}?`);
  const settings = fieldsOf(root["settings"] ?? {}, "settings", fail);
  const grid = fieldsOf(root["grid"] ?? {}, "grid", fail);
  const arms = armsOf(root["arms"] ?? null, fail);
  const lists = Object.entries(grid).map(([key, values]) => {
    if (!Array.isArray(values) || values.length === 0)
      return fail(`grid: ${key}: expected a list of values, got ${shown(values)}`);
    return [key, values] as const;
  });
  const count = lists.reduce((product, [, values]) => product * values.length, arms.length);
  if (count > maxCells) fail(`expected at most ${maxCells} runs, got ${count}: leave values out, or cut the file into several`);
  const combinations = lists.reduce<readonly Fields[]>(
    (all, [key, values]) => all.flatMap((fields) => values.map((value: unknown) => ({ ...fields, [key]: value }))),
    [{}],
  );
  const cells = arms.flatMap(({ name, fields }) =>
    combinations.map((chosen) => {
      const { cell, fault } = cellOf({ ...settings, ...fields, ...chosen });
      if (fault !== null) fail(fault);
      return { arm: name, cell };
    }),
  );
  const ofArms = arms.map(({ name }) => cells.filter(({ arm }) => arm === name));
  const varied = cellFields.filter((key) => ofArms.some((same) => new Set(same.map(({ cell }) => cell[key])).size > 1));
  return { cells, varied };
}

function parsed(text: string, path: string): unknown {
  try {
    return parse(text, { maxAliasCount: 100 });
  } catch (cause) {
    if (!(cause instanceof YAMLParseError)) throw new UsageError(`${path}: ${(cause as Error).message}`, { cause });
    const [{ line }] = cause.linePos ?? [{ line: 1 }];
    throw new UsageError(`${path}, line ${line}: ${cause.message.split("\n", 1)[0]!.replace(/ at line .*$/, "")}`, { cause });
  }
}

interface Arm {
  readonly name: string;
  readonly fields: Fields;
}

/** One arm without a name where the file has none. */
function armsOf(value: unknown, fail: (problem: string) => never): readonly Arm[] {
  if (value === null) return [{ name: "", fields: {} }];
  if (!Array.isArray(value) || value.length === 0) return fail(`arms: expected a list, got ${shown(value)}`);
  const arms = value.map((entry: unknown) => {
    const { name, ...fields } = mapOf(entry, "an arm with a name and settings", fail);
    if (typeof name !== "string" || name === "") return fail("arms: expected a name for each");
    return { name, fields: fieldsOf(fields, `arm ${name}`, fail) };
  });
  const twice = arms.find(({ name }, i) => arms.findIndex((one) => one.name === name) !== i);
  return twice === undefined ? arms : fail(`arms: expected names that differ, got ${twice.name} twice`);
}

function fieldsOf(value: unknown, where: string, fail: (problem: string) => never): Fields {
  const fields = mapOf(value, `${where} with fields`, fail);
  for (const key of Object.keys(fields)) {
    if (!cellFields.some((field) => field === key))
      fail(`${where}: there is no field ${key}; did you mean ${closest(key, [...cellFields])}?`);
  }
  return fields;
}

function mapOf(value: unknown, expected: string, fail: (problem: string) => never): Readonly<Record<string, unknown>> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  return fail(`expected ${expected}, got ${shown(value)}`);
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "fields" : String(value);
}
