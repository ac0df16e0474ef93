import { runFault } from "../../client/tasks/run-problems.ts";
import { defaultConfig, type RunConfig, runConfigSchema } from "../../shared/run/config.ts";

/** What a cell has beside the fields of a run. */
export interface CellFields {
  /** P: workers. */
  readonly peers: number;
  /** `drawn`, or the path of a file or folder, as it stands in the lab's file. */
  readonly data: string;
  /** The column of a table that is learned; empty: the one that the files mark, or the last. */
  readonly label: string;
  /** How many training samples of the files are used, at equal distances; of a text, how many characters from its beginning. 0: all. */
  readonly train: number;
  /** How many of the held-out samples, likewise. */
  readonly test: number;
  /** Rounds from one test to the next; the last round is tested anyway. */
  readonly every: number;
  /** The run ends at the first test whose accuracy reaches it; 0: after its rounds. */
  readonly target: number;
}

/** Fields of a run that a lab decides by itself. */
const decided = ["data", "schema", "from", "partitions", "startAt"] as const;

export type RunFields = Omit<RunConfig, (typeof decided)[number]>;

/** One run of a grid: all that decides it, so that equal cells give equal rows. */
export type Cell = CellFields & RunFields;

const runFields = Object.keys(runConfigSchema.shape).filter((key) => !decided.some((one) => one === key)) as (keyof RunFields)[];

const usual: CellFields = { peers: 4, data: "drawn", label: "", train: 0, test: 0, every: 10, target: 0 };

/** Every field of a cell, in the order in which rows have them. */
export const cellFields = [...Object.keys(usual), ...runFields] as (keyof Cell)[];

const counts: Readonly<Partial<Record<keyof Cell, readonly [min: number, max: number]>>> = {
  peers: [1, 256],
  train: [0, 10_000_000],
  test: [0, 10_000_000],
  every: [1, 1_000_000],
};

/** A cell of the fields given, others by default, and what is wrong with it, as "rate: expected …, got …"; null if nothing is. */
export function cellOf(fields: Readonly<Partial<Record<keyof Cell, unknown>>>): {
  readonly cell: Cell;
  readonly fault: string | null;
} {
  const isDrawn = (fields.data ?? usual.data) === "drawn";
  const all = { ...defaultConfig, ...usual, partition: isDrawn ? defaultConfig.partition : "iid", ...fields };
  const cell = Object.fromEntries(cellFields.map((key) => [key, all[key]])) as unknown as Cell;
  return { cell, fault: faultOf(cell) };
}

function faultOf(cell: Cell): string | null {
  for (const [key, [min, max]] of Object.entries(counts)) {
    const value: unknown = cell[key as keyof Cell];
    if (!(Number.isInteger(value) && Number(value) >= min && Number(value) <= max))
      return `${key}: expected a whole number from ${min} to ${max}, got ${String(value)}`;
  }
  if (!(typeof cell.target === "number" && cell.target >= 0 && cell.target <= 1))
    return `target: expected a number from 0 to 1, got ${String(cell.target)}`;
  for (const key of ["data", "label"] as const)
    if (typeof cell[key] !== "string") return `${key}: expected a text, got ${String(cell[key])}`;
  const fault = runFault(configOfCell(cell));
  if (fault !== null) return fault;
  return cell.rounds === 0 ? "rounds: expected at least 1, for a run must end, got 0" : null;
}

/** The configuration of the same run in a room; of files, without their schema. */
export function configOfCell(cell: Cell): RunConfig {
  const fields = Object.fromEntries(runFields.map((key) => [key, cell[key]]));
  const data = cell.data === "drawn" ? "drawn" : "own";
  return { ...defaultConfig, ...fields, data, partitions: cell.peers, startAt: cell.peers };
}

/** The text by which rows of equal cells are known. */
export function cellKey(cell: Cell): string {
  return JSON.stringify(cellFields.map((key) => cell[key]));
}
