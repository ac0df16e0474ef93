import type { RunConfig } from "./config.ts";

/** A published way to train, as settings. */
export interface Preset {
  readonly name: string;
  /** One short sentence in plain words. */
  readonly summary: string;
  readonly source: string;
  readonly settings: Partial<RunConfig>;
}

/** Every preset: a new one is one row. They set nothing else, and each of their settings can be said otherwise. */
export const presets: readonly Preset[] = [
  {
    name: "sparseloco",
    summary: "Many local steps of adamw; 64 of each 4,096 numbers are sent, in two sizes; the residual fades.",
    source: "Sarfi et al. 2025",
    settings: {
      scheme: "ef14(topk(64, chunk=4096) | twolevel, decay=0.95)",
      aggregate: "exact",
      local: "adamw(0.9, 0.95)",
      localSteps: 15,
      rate: 0.001,
      outer: "sgd(1)",
    },
  },
  {
    name: "diloco",
    summary: "Hundreds of local steps of adamw between two rounds, all of their sum sent, with momentum outside.",
    source: "Douillard et al. 2023",
    settings: {
      scheme: "none",
      local: "adamw(0.9, 0.999)",
      localSteps: 500,
      rate: 0.0004,
      outer: "nesterov(0.7, momentum=0.9)",
    },
  },
  {
    name: "dgc",
    summary: "One step a round; one number in a thousand is sent after a warm-up, with the peer's own momentum.",
    source: "Lin et al. 2018",
    settings: { scheme: "ef14(topk(0.1%, warmup=500), momentum=0.9)", local: "sgd", localSteps: 1, rate: 0.1, outer: "sgd(1)" },
  },
  {
    name: "powersgd",
    summary: "One step a round; two patterns of each weight matrix are sent, with momentum outside.",
    source: "Vogels, Karimireddy, Jaggi 2019",
    settings: {
      scheme: "ef14(powersgd(2))",
      aggregate: "gtopk",
      local: "sgd",
      localSteps: 1,
      rate: 0.1,
      outer: "nesterov(1, momentum=0.9)",
    },
  },
];

/**
 * The settings of a preset.
 * @throws {RangeError} naming those that there are, if it is none
 */
export function presetOf(name: string): Preset {
  const found = presets.find((preset) => preset.name === name);
  if (found === undefined)
    throw new RangeError(`expected one of ${presets.map((preset) => preset.name).join(", ")}, got ${name}`);
  return found;
}
