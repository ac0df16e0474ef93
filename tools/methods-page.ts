import type { ModelMethod } from "../client/models/model-method.ts";
import { models } from "../client/models/registry.ts";
import { localOptimizers } from "../client/optimizer/registry.ts";
import type { Described } from "../shared/compress/method.ts";
import { methods } from "../shared/compress/registry.ts";
import type { Parameter } from "../shared/compress/text/parameters.ts";
import { usageOf } from "../shared/compress/text/usage-of.ts";
import { optimizers } from "../shared/optimizer/registry.ts";
import { topologies } from "../shared/tree/topologies.ts";

/** What the methods of each kind are for, in the order of the page. */
const sections: readonly (readonly [kind: string, heading: string, text: string])[] = [
  ["sparsifier", "Sparsifiers", "Choose which numbers of an update are sent."],
  ["quantizer", "Quantizers", "Say how each number is sent: alone, or after a sparsifier, as in `topk(1%) | qsgd(4)`."],
  ["compressor", "Other compressors", "Send the whole update, or factors of its matrices."],
  ["feedback", "Error feedback", "Goes around a compressor, and makes up for what it leaves out."],
  ["masked-feedback", "Error feedback that chooses by the residual", "Goes around a sparsifier."],
  ["optimizer", "Outer optimizers", "What all replicas do with the mean update: `--outer`, the setting `outer`."],
  [
    "local optimizer",
    "Local optimizers",
    "What a peer does with its own gradients between two rounds, at the rate γ of `--rate`: `--local`, the setting `local`. What one remembers stays on the peer, and begins anew when the peer does.",
  ],
];

const takes: Readonly<Record<ModelMethod["takes"], string>> = {
  any: "numbers: images or the columns of a table",
  images: "images",
  tokens: "text, as tokens",
};

/** docs/methods.md, from the registries of methods, outer and local optimizers, models and topologies. @throws {RangeError} on a kind without a section */
export function methodsPage(): string {
  const all: readonly Described[] = [...methods, ...optimizers, ...localOptimizers];
  const stray = all.find((method) => !sections.some(([kind]) => kind === method.kind));
  if (stray !== undefined) throw new RangeError(`expected a section for the methods of kind ${stray.kind}, got none`);
  const parts = sections.map(([kind, heading, text]) => {
    const entries = all.filter((method) => method.kind === kind).map(entryOf);
    return [`## ${heading}`, text, ...entries].join("\n\n");
  });
  return `# Methods

What \`--scheme\`, \`--model\`, \`--outer\`, \`--local\` and \`--tree\` can be made of. Written by \`npm run docs:methods\` from the registries; \`copse methods\` prints the same.
A scheme is a compressor, or an error feedback around one: \`ef14(topk(1%))\`. Arguments are given in their order or by name; those with a default may be left out.
In the laws x is the update of d numbers that is encoded, C(x) what is sent of it, v a vector of n numbers that is sent, and Q(v) its numbers as they arrive.

${parts.join("\n\n")}

## Models

What is trained: \`--model\`, the setting \`model\`.

${models.map(modelEntryOf).join("\n\n")}

## Trees

Who sums with whom: \`--tree\`, the setting \`tree\`.

| tree | |
|---|---|
${topologies.map(({ name, summary }) => `| \`${name}\` | ${summary} |`).join("\n")}
`;
}

function entryOf(method: Described): string {
  return `${headOf(method)}\n\nLaw: ${method.law}.\nSource: ${method.source}.`;
}

function modelEntryOf(model: ModelMethod): string {
  return `${headOf({ ...model, kind: "model" })}\n\nTakes: ${takes[model.takes]}.\nSource: ${model.source}.`;
}

function headOf(method: Pick<Described, "name" | "kind" | "parameters" | "summary" | "example">): string {
  const { parameters, summary, example } = method;
  const usage = usageOf(method);
  const rows = Object.entries(parameters).map(
    ([key, parameter]) =>
      `| \`${key}\` | ${parameter.help.replaceAll("|", "\\|")} | ${rangeOf(parameter)} | ${defaultOf(parameter)} |`,
  );
  const table = ["| parameter | what it does | values | default |", "|---|---|---|---|", ...rows].join("\n");
  return [
    `### ${headingOf(method)}`,
    usage === example ? `\`${usage}\`. ${summary}` : `\`${usage}\`, for example \`${example}\`. ${summary}`,
    ...(rows.length === 0 ? [] : [table]),
  ].join("\n\n");
}

/** Outer and local optimizers have names in common. */
function headingOf({ kind, name }: Pick<Described, "kind" | "name">): string {
  return kind === "local optimizer" ? `local ${name}` : name;
}

function rangeOf(parameter: Parameter): string {
  const notes = [
    ...(parameter.isNamed === true ? ["by name only"] : []),
    ...(parameter.unless === undefined ? [] : [`not beside \`${parameter.unless}\``]),
  ];
  return [valuesOf(parameter), ...notes].join("; ");
}

function valuesOf(parameter: Parameter): string {
  switch (parameter.type) {
    case "amount":
      return "a density above 0 % and up to 100 %, or a count from 1";
    case "number":
      return `${shown(parameter.min)} … ${shown(parameter.max)}`;
    case "integer":
      return `whole, ${shown(parameter.min)} … ${shown(parameter.max)}`;
    case "flag":
      return "0 or 1";
    case "word":
      return parameter.of.map((word) => `\`${word}\``).join(", ");
    case "numbers":
      return `${parameter.count} numbers that do not fall, each ${shown(parameter.min)} … ${shown(parameter.max)}, as in \`[0, 2]\``;
    case "words":
      return "words, as in `[bias, norm]`";
  }
}

function defaultOf(parameter: Parameter): string {
  switch (parameter.type) {
    case "amount":
      return "must be given";
    case "number":
      return typeof parameter.default === "string" ? parameter.default : shown(parameter.default);
    case "integer":
      return parameter.default === undefined ? "must be given" : shown(parameter.default);
    case "flag":
      return "0";
    case "word":
      return `\`${parameter.default}\``;
    case "numbers":
      return "none";
    case "words":
      return parameter.default.length === 0 ? "none" : `\`[${parameter.default.join(", ")}]\``;
  }
}

/** 10,000; 0.3; 1e-12. */
function shown(value: number): string {
  return Math.abs(value) >= 10_000 && value < 1e15 ? value.toLocaleString("en-US") : String(value);
}
