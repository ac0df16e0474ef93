import { Command } from "commander";
import { checkpointRows } from "../bench/measure/bench-checkpoint.ts";
import { mergeRows } from "../bench/measure/bench-merge.ts";
import { benchLengths, quickLengths, type SelectOptions, selectRows } from "../bench/measure/bench-select.ts";
import { type AnyWireRow, measureWire, wireText } from "../bench/measure/bench-wire.ts";
import { hasTrainingImages } from "../bench/measure/bench-wire-real.ts";
import { formatCount, inTerminal } from "../client/base/format.ts";
import { accuracyCommand } from "./lab/accuracy-command.ts";
import type { TypedOptions } from "./support/config-options.ts";
import { failWith } from "./support/exit.ts";
import { peerPackages, requirePackages } from "./support/require-packages.ts";
import { print, printAside, printJson } from "./support/terminal.ts";

type Row = Readonly<Record<string, string | number | null>>;

interface Typed {
  readonly quick?: boolean;
  readonly json?: boolean;
}

const selectHelp = `
Each row is the median of so many runs, which took turns with a warm copy of the vector: ratio is how many copies it takes.
sort and tf.topk (on tfjs's cpu backend) are what one would use otherwise; beyond a million entries they take seconds a run.`;

/** `copse bench`: how fast parts of Copse are on this machine, beside common alternatives. */
export function benchCommand(): Command {
  const command = new Command("bench").description("measure parts of Copse on this machine, beside what one would use otherwise");
  addBench(command, "select", { text: "select the largest entries of a vector", help: selectHelp, rows: measureSelect });
  addBench(command, "merge", {
    text: "add two sparse updates",
    help: "\nratio: how many times as long as merging two plain arrays.",
    rows: mergeRows,
  });
  addBench(command, "kernels", {
    text: "the kernels that training needs on WebAssembly",
    help: "\nshare: of the speed of tfjs's own product of two 512 × 512 matrices; null: tfjs has no such kernel there.",
    rows: measureKernels,
  });
  addBench(command, "train", {
    text: "one training step of the convolutional network",
    help: "\nratio: how many times as fast as tfjs's own gradients on its cpu backend; on wasm it has none for convolution filters.",
    rows: measureTraining,
  });
  addBench(command, "transfer", {
    text: "one message over WebRTC between two peers of this process",
    help: "\nratio: how fast Copse's links are, in shares of a bare data channel's speed with frames and a window of the same size.",
    rows: measureTransfers,
  });
  addBench(command, "checkpoint", {
    text: "save a peer's checkpoint in a file, and load it",
    help: "\nratio: how many times as long as writing (and flushing) or reading the same bytes; rounds: how many rounds of one peer's own work, without training and network, it is kept busy.",
    rows: checkpointRows,
  });
  return command.addCommand(wireCommand()).addCommand(accuracyCommand());
}

interface Bench {
  readonly text: string;
  readonly help: string;
  readonly rows: (options: { readonly isQuick: boolean }) => AsyncIterable<object>;
}

function addBench(parent: Command, name: string, { text, help, rows }: Bench): void {
  const command = parent
    .command(name)
    .description(text)
    .option("--quick", "small sizes only")
    .option("--json", "print JSON lines instead of a table")
    .addHelpText("after", help);
  command.action(async (typed: Typed) => {
    try {
      let isFirst = true;
      for await (const row of rows({ isQuick: typed.quick === true })) {
        if (typed.json === true) printJson(row);
        else tableLines(row as Row, isFirst).forEach(print);
        isFirst = false;
      }
    } catch (error) {
      failWith(command, error);
    }
  });
}

export async function* measureSelect({ isQuick }: { readonly isQuick: boolean }): AsyncGenerator<object> {
  yield* selectRows({ lengths: isQuick ? quickLengths : benchLengths, tensorflow: await tensorflowIfThere() });
}

/** tfjs on its cpu backend; null if it is not installed. */
async function tensorflowIfThere(): Promise<SelectOptions["tensorflow"]> {
  try {
    const tf = await import("@tensorflow/tfjs");
    tf.enableProdMode();
    await tf.setBackend("cpu");
    return tf;
  } catch {
    return null;
  }
}

async function* measureKernels(options: { readonly isQuick: boolean }): AsyncGenerator<object> {
  requirePackages("bench kernels", peerPackages);
  const { kernelRows } = await import("../bench/measure/bench-kernels.ts");
  yield* kernelRows(options);
}

async function* measureTraining(options: { readonly isQuick: boolean }): AsyncGenerator<object> {
  requirePackages("bench train", peerPackages);
  const { trainRows } = await import("../bench/measure/bench-train.ts");
  yield* trainRows(options);
}

async function* measureTransfers(options: { readonly isQuick: boolean }): AsyncGenerator<object> {
  requirePackages("bench transfer", peerPackages);
  const { transferRows } = await import("../bench/measure/bench-transfer.ts");
  yield* transferRows(options);
}

/** A row in columns, under a line of their names if it is the first. */
function tableLines(row: Row, isFirst: boolean): string[] {
  const cells = Object.entries(row).filter(([name]) => name !== "type");
  const width = (name: string): number => Math.max(name.length, 11) + 2;
  const line = cells.map(([name, value]) => shown(value).padStart(width(name))).join("");
  return isFirst ? [cells.map(([name]) => name.padStart(width(name))).join(""), line] : [line];
}

function shown(value: string | number | null): string {
  if (value === null) return "–";
  if (typeof value === "string") return value;
  return Number.isInteger(value) ? inTerminal(formatCount(value)) : String(Number(value.toPrecision(3)));
}

function wireCommand(): Command {
  const command = new Command("wire")
    .description("bits an index and time of the wire, beside the bound, a copy of the vector, and what others would send")
    .option("--quick", "lengths up to a million only")
    .option("--data <folder>", "IDX files of images, gzipped or not: supports of real training, too")
    .option("--json", "print JSON lines instead of text");
  return command.action(async (typed: TypedOptions) => {
    try {
      const tell = (row: AnyWireRow): void => (typed["json"] === true ? printJson(row) : print(wireText(row)));
      const folder = typed["data"] === undefined ? null : String(typed["data"]);
      const data = folder !== null && hasTrainingImages(folder) ? folder : null;
      await measureWire({ quick: typed["quick"] === true, data }, tell);
      if (data === null)
        printAside(
          `Supports of real training are left out: expected train-images… and train-labels… in --data, got ${folder ?? "none"}`,
        );
    } catch (error) {
      failWith(command, error);
    }
  });
}
