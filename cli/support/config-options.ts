import type { Command } from "commander";
import { models } from "../../client/models/registry.ts";
import { runProblems } from "../../client/tasks/run-problems.ts";
import { commaHint, expectationOf, shownValue } from "../../shared/base/issue-text.ts";
import { defaultConfig, type RunConfig, runConfigSchema } from "../../shared/run/config.ts";
import { dealingUsages, either } from "../../shared/run/dealing.ts";
import { type Preset, presetOf, presets } from "../../shared/run/presets.ts";
import { taskNames, taskSummaries } from "../../shared/run/tasks.ts";
import { topologies } from "../../shared/tree/topologies.ts";
import { UsageError } from "./exit.ts";
import { printAside } from "./terminal.ts";

/** Options as commander gives them: texts by camel-cased name. */
export type TypedOptions = Readonly<Record<string, unknown>>;

const described: readonly (readonly [key: keyof RunConfig, flag: string, text: string])[] = [
  ["task", "--task <name>", taskNames.map((name) => `${name} (${taskSummaries[name]})`).join(", ")],
  [
    "model",
    "--model <text>",
    `what is trained: ${models.map(({ example }) => example).join(", ")}, or the path of a model.json of yours, or of its folder`,
  ],
  ["partition", "--partition <kind>", either(dealingUsages)],
  ["partitions", "--partitions <n>", "into how many partitions the data is dealt"],
  ["samples", "--samples <n>", "digits that a peer draws"],
  ["augment", "--augment <kind>", "crop-flip (pictures are moved by up to 4 pixels and half of them mirrored), or none"],
  ["scheme", "--scheme <text>", 'compression and error feedback, e.g. "ef14(topk(1%))"'],
  [
    "aggregate",
    "--aggregate <kind>",
    "how sparse sums are added: gtopk, exact, dense, allgather, auto, twopass, leader or countsketch",
  ],
  ["truncationResidual", "--truncation-residual <rule>", "who keeps what gtopk rejects: in-network, or gmask as published"],
  ["outer", "--outer <text>", 'what the replicas do with the mean update, e.g. "nesterov(0.7, momentum=0.9)"'],
  ["tree", "--tree <kind>", topologies.map(({ name, summary }) => `${name} (${summary})`).join(", or ")],
  ["local", "--local <text>", 'what a peer does with its gradients: sgd, "momentum(0.9)", "adamw(0.9, 0.99)", "muon(0.95)"'],
  ["localSteps", "--local-steps <n>", "local steps a round"],
  ["batch", "--batch <n>", "samples a step"],
  ["rate", "--rate <γ>", "step size"],
  ["proximal", "--proximal <μ>", "FedProx: local steps are drawn back to where they began; 0: off"],
  ["clip", "--clip <norm>", "each peer's update is clipped to this norm over √peers; 0: off"],
  ["rounds", "--rounds <n>", "rounds until the run ends; 0: no end"],
  ["startAt", "--start-at <n>", "peers that must be here for training to begin"],
  ["seed", "--seed <n>", "same seed, same run"],
];

/** Adds one option for each field of a run's configuration that this command leaves to the person. */
export function addConfigOptions(
  command: Command,
  options: { readonly without?: readonly (keyof RunConfig)[]; readonly defaults?: Partial<RunConfig> } = {},
): Command {
  const defaults = { ...defaultConfig, ...options.defaults };
  command.option(
    "--preset <name>",
    `settings of a published way to train, where they are not given: ${presets.map(({ name }) => name).join(", ")}`,
  );
  command.hook("preAction", () => tellPreset(command.opts()));
  for (const [key, flag, text] of described) {
    if (!(options.without ?? []).includes(key)) command.option(flag, `${text} (default: ${defaults[key]})`);
  }
  return command;
}

/**
 * The fields that were typed, and before them those of the preset that was; empty where none was.
 * @throws {UsageError} if there is no such preset
 */
export function typedConfig(typed: TypedOptions): Partial<Record<keyof RunConfig, unknown>> {
  const fields = described.filter(([key]) => typed[key] !== undefined).map(([key]) => [key, asNumber(typed[key])] as const);
  return { ...typedPreset(typed)?.settings, ...Object.fromEntries(fields) };
}

function typedPreset({ preset }: TypedOptions): Preset | null {
  if (preset === undefined) return null;
  try {
    return presetOf(String(preset));
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new UsageError(`--preset: ${cause.message}`, { cause });
  }
}

/** Says which options a preset stands for, those that were typed as they were typed. */
function tellPreset(typed: TypedOptions): void {
  let preset: Preset | null;
  try {
    preset = typedPreset(typed);
  } catch {
    return; // the command says it
  }
  if (preset === null) return;
  const flags = Object.entries(preset.settings).map(([key, value]) => {
    const text = String(typed[key] ?? value);
    return `${flagOf(key)} ${/[^\w.-]/.test(text) ? JSON.stringify(text) : text}`;
  });
  printAside(`preset ${preset.name} (${preset.source}): ${flags.join(" ")}`);
}

/**
 * A whole configuration: the fields given, the others by default.
 * @throws {UsageError} naming the option, and for a scheme or an optimizer the place in its text
 */
export function configOf(fields: Partial<Record<keyof RunConfig, unknown>>): RunConfig {
  const parsed = runConfigSchema.safeParse(fields);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const key = String(issue!.path[0] ?? "configuration");
    const got = fields[key as keyof RunConfig];
    const hint = typeof defaultConfig[key as keyof RunConfig] === "number" ? commaHint(got) : "";
    throw new UsageError(`${flagOf(key)}: ${expectationOf(issue!)}, got ${shownValue(got)}${hint}`);
  }
  for (const [key, cause] of runProblems(parsed.data)) throw new UsageError(`${flagOf(key)}: ${cause.message}`, { cause });
  return parsed.data;
}

/** The option that sets a field of the configuration: "truncationResidual" → "--truncation-residual". */
export function flagOf(key: string): string {
  return described.find(([name]) => name === key)?.[1].split(" ")[0] ?? key;
}

/** The flags by which `copse peer` is asked for a configuration. Source and schema of the data, and `from`, have no flag of their own. */
export function flagsOf(config: RunConfig, options: { readonly without?: readonly (keyof RunConfig)[] } = {}): readonly string[] {
  return described.flatMap(([key]) => ((options.without ?? []).includes(key) ? [] : [flagOf(key), String(config[key])]));
}

/** "12" is 12, "1e-3" is 0.001, anything else stays a text for the schema to judge. */
function asNumber(value: unknown): unknown {
  return typeof value === "string" && /^-?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value) ? Number(value) : value;
}

/** A whole number between bounds, as typed after `flag`. */
export function wholeNumber(value: unknown, flag: string, { min, max }: { readonly min: number; readonly max: number }): number {
  const number = asNumber(value);
  if (typeof number === "number" && Number.isInteger(number) && number >= min && number <= max) return number;
  throw new UsageError(`${flag}: expected a whole number from ${min} to ${max}, got ${shownValue(value)}${commaHint(value)}`);
}

/** A number between bounds, as typed after `flag`. */
export function realNumber(value: unknown, flag: string, { min, max }: { readonly min: number; readonly max: number }): number {
  const number = asNumber(value);
  if (typeof number === "number" && number >= min && number <= max) return number;
  throw new UsageError(`${flag}: expected a number from ${min} to ${max}, got ${shownValue(value)}${commaHint(value)}`);
}
