import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { failWith, UsageError } from "../support/exit.ts";
import { requirePackages } from "../support/require-packages.ts";
import { print } from "../support/terminal.ts";
import { readLabFile } from "./lab-file.ts";
import { abscissas, curvesOf } from "./plot-of.ts";
import { resultsOf } from "./results-of.ts";
import { readRows } from "./rows.ts";
import { rowsOfCells } from "./rows-of-cells.ts";

interface Typed {
  readonly out?: string;
  readonly picture?: string;
  readonly metric?: string;
  readonly against: string;
  readonly title?: string;
}

const usual = "rounds,bytes,gradients,1,10,100";

/** `copse lab plot`: what a file's runs came to, as a picture. */
export function plotCommand(): Command {
  const command = new Command("plot")
    .description("draw what a file's runs came to, each arm at its best rate, as an SVG")
    .argument("<file>", "the YAML that was run")
    .option("--out <file>", "its results (default: beside the file, its ending .ndjson)")
    .option("--picture <file>", "where the picture goes (default: beside the file, its ending .svg)")
    .option("--metric <name>", "what is drawn (default: accuracy where there is one, otherwise the loss)")
    .option("--against <list>", "panels: rounds, bytes, gradients, or seconds of sending at so many Mbit/s", usual)
    .option("--title <text>", "the picture's title (default: the file's name)");
  return command.action(async (file: string, typed: Typed) => {
    try {
      const lab = readLabFile(file);
      const rows = rowsOfCells(lab, readRows(typed.out ?? resultsOf(file)));
      if (rows.length === 0) throw new UsageError(`${file}: expected results of copse lab run that came to their end, got none`);
      const against = typed.against.split(",").map((text) => abscissaOf(text.trim()));
      const { metric, panels } = curvesOf(rows, lab.varied, { against, wanted: typed.metric ?? null });
      requirePackages("a plot", ["echarts"]);
      const { chart } = await import("../support/chart.ts");
      const picture = typed.picture ?? file.replace(/\.ya?ml$/i, "").concat(".svg");
      const options = {
        title: typed.title ?? file.replace(/^.*[\\/]/, ""),
        x: panels[0]!.x,
        y: { title: metric, scale: "linear" },
      };
      writeFileSync(picture, chart(panels, options as Parameters<typeof chart>[1]));
      print(`wrote ${picture}: ${metric} against ${against.map(({ title }) => title).join("; ")}`);
    } catch (error) {
      failWith(command, error);
    }
  });
}

function abscissaOf(text: string): (typeof abscissas)["rounds"] {
  const rate = Number(text);
  if (rate > 0 && rate <= 1e6)
    return { title: `seconds of sending at ${rate} Mbit/s`, scale: "log", of: ({ pathBytes }) => (8 * pathBytes) / (rate * 1e6) };
  const found = Object.entries(abscissas).find(([name]) => name === text)?.[1];
  if (found === undefined)
    throw new UsageError(`--against: expected ${Object.keys(abscissas).join(", ")} or a number of Mbit/s, got ${text}`);
  return found;
}
