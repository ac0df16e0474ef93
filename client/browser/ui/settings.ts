import type { RunConfig } from "../../../shared/training/config.ts";
import type { ConfigKey } from "../config-texts.ts";

/** How a setting is asked for and shown. */
export interface Setting {
  readonly key: ConfigKey;
  readonly label: string;
  readonly help: string;
  readonly input: "choice" | "text" | "number";
  /** For a choice: all there are, with what they are called. For text: examples. */
  readonly options?: readonly (readonly [value: string, label: string])[];
  /** Behind "more settings". */
  readonly advanced: boolean;
  /** Whether it means anything beside these other settings. */
  readonly applies?: (texts: Readonly<Record<ConfigKey, string>>) => boolean;
}

export const settings: readonly Setting[] = [
  {
    key: "model",
    label: "Model",
    help: "What is trained to read digits of 28 × 28 pixels.",
    input: "choice",
    options: [
      ["softmax", "softmax regression"],
      ["mlp", "two-layer perceptron"],
      ["cnn", "convolutional network"],
    ],
    advanced: false,
  },
  {
    key: "data",
    label: "Data",
    help: "Digits that the page draws itself, or the files that this server serves.",
    input: "choice",
    options: [
      ["glyphs", "drawn digits"],
      ["served", "the server’s files"],
    ],
    advanced: false,
  },
  {
    key: "scheme",
    label: "Compression",
    help: "What of an update is sent, and how the rest is remembered.",
    input: "text",
    options: [
      ["ef14(topk(1%))", "the largest 1 %, error feedback"],
      ["ef21(topk(1%))", "the largest 1 %, EF21"],
      ["ef14(topk(0.1%))", "the largest 0.1 %, error feedback"],
      ["ef14(topk(1%) | qsgd(8))", "the largest 1 %, quantised, error feedback"],
      ["ef14(randk(1%, seeded=1))", "a random 1 %, no indices, error feedback"],
      ["ef14(impk(1%, cube=[1,2]))", "1 % by importance, error feedback"],
      ["scam(topk(1%))", "1 % of the gradient, by memory"],
      ["ef14(powersgd(2))", "rank 2, error feedback"],
      ["none", "everything"],
    ],
    advanced: false,
  },
  {
    key: "startAt",
    label: "Begin at",
    help: "Training begins by itself once so many peers are here.",
    input: "number",
    advanced: false,
  },
  {
    key: "hidden",
    label: "Hidden units",
    help: "Width of the perceptron’s hidden layer.",
    input: "number",
    advanced: true,
    applies: ({ model }) => model === "mlp",
  },
  {
    key: "partition",
    label: "Partition",
    help: "How samples are dealt to peers: iid, writers, dirichlet(0.5), shards(2).",
    input: "text",
    options: [
      ["iid", "all alike"],
      ["writers", "one hand a peer"],
      ["dirichlet(0.5)", "uneven digits"],
      ["shards(2)", "two digits a peer"],
    ],
    advanced: true,
  },
  { key: "shares", label: "Shares", help: "Into how many shares the data is dealt.", input: "number", advanced: true },
  {
    key: "samples",
    label: "Samples a peer",
    help: "How many training digits each peer draws.",
    input: "number",
    advanced: true,
    applies: ({ data }) => data === "glyphs",
  },
  { key: "localSteps", label: "Local steps", help: "Steps a peer trains by itself in a round.", input: "number", advanced: true },
  { key: "batch", label: "Batch", help: "Samples a step.", input: "number", advanced: true },
  { key: "rate", label: "Rate", help: "The size of a step.", input: "number", advanced: true },
  {
    key: "outer",
    label: "Outer optimiser",
    help: "What is done with the mean update: momentum pays where peers take many steps.",
    input: "text",
    options: [
      ["sgd(1)", "take the mean"],
      ["nesterov(0.7, momentum=0.9)", "Nesterov’s momentum"],
      ["adam(0.01)", "Adam"],
      ["yogi(0.01)", "Yogi"],
    ],
    advanced: true,
  },
  {
    key: "rounds",
    label: "Rounds",
    help: "The run ends after so many; 0 goes on until paused.",
    input: "number",
    advanced: true,
  },
  {
    key: "tree",
    label: "Tree",
    help: "A heap has at most 3 links a peer.",
    input: "choice",
    options: [
      ["heap", "heap"],
      ["binomial", "binomial"],
    ],
    advanced: true,
  },
  { key: "seed", label: "Seed", help: "Decides the first model and every draw.", input: "number", advanced: true },
];

/** The settings that matter for a run, as label and value. */
export function summaryOf(config: RunConfig, texts: Readonly<Record<ConfigKey, string>>): { label: string; value: string }[] {
  return settings
    .filter(({ applies }) => applies === undefined || applies(texts))
    .map(({ key, label, input, options }) => {
      const value = String(config[key]);
      const called = input === "choice" ? options?.find(([option]) => option === value)?.[1] : undefined;
      return { label, value: key === "rounds" && config.rounds === 0 ? "until paused" : (called ?? value) };
    });
}
