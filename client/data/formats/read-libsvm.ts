import { parseLibsvm, type Samples } from "../../../shared/simulation/lab/libsvm.ts";
import { ProblemFileError } from "../../../shared/simulation/lab/problem-file-error.ts";
import { DataError } from "../data-set.ts";
import type { Content } from "../files/content.ts";
import { partsOf } from "../files/parts.ts";
import { wholeText } from "../files/whole-text.ts";
import type { Column, FoundTable } from "../found-data.ts";
import type { FoundParts } from "./format.ts";
import { maxCells } from "./tables/table-limits.ts";

/** Name of the label's column. */
const labelName = "label";
/** As many different whole labels are classes. */
const maxClasses = 1_000;

interface NamedSamples {
  readonly path: string;
  readonly samples: Samples;
}

/** Reads one file of LIBSVM's format and its held-out part: columns f1, f2, … of numbers, and the label's, of classes if all are whole. */
export async function readLibsvm(files: readonly Content[]): Promise<FoundParts> {
  const { train, test, leftOut } = partsOf(files);
  const more = train[1] ?? test[1];
  if (more !== undefined)
    throw new DataError(
      `${more.path}: expected one file to train on and one held out, got ${files.length}: which ones are meant?`,
    );
  const first = await read(train[0]!);
  const second = test.length === 0 ? null : await read(test[0]!);
  const parts = second === null ? [first] : [first, second];
  const features = Math.max(...parts.map(({ samples }) => samples.features));
  const classes = classesOf(parts);
  const tables = parts.map((part) => tableOf(part, features, classes));
  return { train: tables[0]!, test: tables[1] ?? null, leftOut: leftOut.map(({ path }) => path) };
}

async function read(content: Content): Promise<NamedSamples> {
  const { path } = content;
  const text = await wholeText(content);
  try {
    return { path, samples: parseLibsvm(text, path) };
  } catch (cause) {
    if (cause instanceof ProblemFileError) throw new DataError(cause.message, { cause });
    throw cause;
  }
}

/** The labels of all parts, ascending; null: they are no classes. */
function classesOf(parts: readonly NamedSamples[]): readonly number[] | null {
  const labels = new Set<number>();
  for (const { samples } of parts) for (const label of samples.labels) labels.add(label);
  const isClasses = labels.size <= maxClasses && [...labels].every(Number.isInteger);
  return isClasses ? [...labels].sort((a, b) => a - b) : null;
}

function tableOf({ path, samples }: NamedSamples, features: number, classes: readonly number[] | null): FoundTable {
  const { labels, offsets, indices, values } = samples;
  const rows = labels.length;
  if (rows * features > maxCells)
    throw new DataError(`${path}: expected at most ${maxCells} cells, got ${rows} rows of ${features}`);
  const columns = Array.from({ length: features }, () => new Float64Array(rows));
  for (let row = 0; row < rows; row += 1) {
    for (let i = offsets[row]!; i < offsets[row + 1]!; i += 1) columns[indices[i]!]![row] = values[i]!;
  }
  return {
    kind: "table",
    rows,
    columns: [
      ...columns.map((column, i): Column => ({ kind: "number", name: `f${i + 1}`, values: column })),
      labelColumn(labels, classes),
    ],
    label: labelName,
  };
}

function labelColumn(labels: Float64Array, classes: readonly number[] | null): Column {
  if (classes === null) return { kind: "number", name: labelName, values: labels };
  const codeOf = new Map(classes.map((label, code) => [label, code]));
  const codes = Int32Array.from(labels, (label) => codeOf.get(label)!);
  return { kind: "category", name: labelName, codes, categories: classes.map(String) };
}
