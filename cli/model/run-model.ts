import { formatCount, formatPercent, inTerminal, plural } from "../../client/base/format.ts";
import { metricsInWords } from "../../client/base/metric-text.ts";
import { evaluateSamples, type ModelEvaluation } from "../../client/export/evaluate-samples.ts";
import { generateText } from "../../client/export/generate-text.ts";
import { type Prediction, predictSamples } from "../../client/export/predict-samples.ts";
import { realNumber, type TypedOptions, wholeNumber } from "../support/config-options.ts";
import { inOneSentence } from "../support/in-one-sentence.ts";
import { print, printable, printJson } from "../support/terminal.ts";
import { foundIn } from "./found-in.ts";
import { openModelFolder } from "./model-folder.ts";

const maxTokens = 1_000_000;

/** A line a sample: the class with its probability, or the number. */
export async function runPredict(typed: TypedOptions): Promise<void> {
  const saved = await openModelFolder(String(typed["model"]));
  const found = await foundIn(String(typed["data"]));
  await inOneSentence("--data", async () => {
    for await (const prediction of predictSamples(saved, found)) {
      if (typed["json"] === true) printJson({ type: "prediction", ...prediction });
      else print(predictionText(prediction));
    }
  });
}

function predictionText(prediction: Prediction): string {
  const { row } = prediction;
  if ("value" in prediction) return `${row}  ${Number(prediction.value.toPrecision(6))}`;
  return inTerminal(`${row}  ${printable(prediction.class)}  ${formatPercent(prediction.probability)}`);
}

/** The task's metrics on data with labels. */
export async function runEvaluate(typed: TypedOptions): Promise<void> {
  const saved = await openModelFolder(String(typed["model"]));
  const found = await foundIn(String(typed["data"]));
  const evaluation = await inOneSentence("--data", () => evaluateSamples(saved, found));
  if (typed["json"] === true) printJson({ type: "evaluation", ...evaluation });
  else print(inTerminal(evaluationText(evaluation)));
}

function evaluationText({ task, tested, metrics, confusion }: ModelEvaluation): string {
  const what = plural(tested, task === "language" ? "token" : "sample");
  return [`${metricsInWords(metrics)}, on ${what}`, ...(confusion === null ? [] : ["", confusionText(confusion)])].join("\n");
}

/** A row for each class that a sample has, a column for each that it was taken for. */
function confusionText({ classes, counts }: NonNullable<ModelEvaluation["confusion"]>): string {
  const names = classes.map((name) => printable(name).slice(0, 20));
  const cells = [["is \\ taken for", ...names], ...counts.map((row, i) => [names[i]!, ...row.map(formatCount)])];
  const widths = cells[0]!.map((_, column) => Math.max(...cells.map((row) => [...row[column]!].length)));
  return cells.map((row) => row.map((cell, column) => cell.padStart(widths[column]!)).join("  ")).join("\n");
}

/** The prompt and what the model writes on from it. */
export async function runGenerate(typed: TypedOptions): Promise<void> {
  const options = {
    tokens: wholeNumber(typed["tokens"], "--tokens", { min: 1, max: maxTokens }),
    temperature: realNumber(typed["temperature"], "--temperature", { min: 0, max: 100 }),
    seed: wholeNumber(typed["seed"], "--seed", { min: 0, max: 0xffffffff }),
  };
  const saved = await openModelFolder(String(typed["model"]));
  const prompt = String(typed["prompt"]);
  const text = await inOneSentence(saved.context === null ? "--model" : "--prompt", () => generateText(saved, prompt, options));
  if (typed["json"] === true) printJson({ type: "text", prompt, text });
  else print(text);
}
