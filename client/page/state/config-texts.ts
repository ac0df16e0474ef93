import { commaHint, expectationOf } from "../../../shared/base/issue-text.ts";
import { SchemeError } from "../../../shared/compress/text/grammar.ts";
import { defaultConfig, type RunConfig, runConfigSchema } from "../../../shared/run/config.ts";
import type { FieldProblem } from "../../../shared/run/config-problems.ts";
import type { SchemeFields } from "../../../shared/run/run-scheme.ts";
import { settingProblems } from "../../tasks/setting-problems.ts";

export type ConfigKey = keyof RunConfig;

const configKeys = Object.keys(runConfigSchema.shape) as readonly ConfigKey[];

/** The problem of one setting. */
export interface Problem {
  readonly sentence: string;
  /** The offending character of its text, from 0, where one is known. */
  readonly position: number | null;
}

/** A configuration, or the problem of each setting that has one. */
export type ConfigReading =
  | { readonly ok: true; readonly config: RunConfig }
  | { readonly ok: false; readonly problems: ReadonlyMap<string, Problem> };

/** Every setting as a person would type it. */
export function textsOf(config: RunConfig): Record<ConfigKey, string> {
  return Object.fromEntries(configKeys.map((key) => [key, String(config[key])])) as Record<ConfigKey, string>;
}

/** What is wrong with the fields that are texts of schemes, and with how they are summed. */
type SchemeJudge = (fields: SchemeFields) => ReadonlyMap<keyof SchemeFields, FieldProblem>;

/** A link comes from a form that has judged its schemes, and the peer judges them again: its page needs no code of theirs. */
const believed: SchemeJudge = () => new Map();

/** Reads typed texts, or those of a link; absent settings have their defaults. Own files are nobody's to deal. */
export function readConfig(texts: Readonly<Record<string, string>>, judge: SchemeJudge = believed): ConfigReading {
  const given = texts["data"]?.trim() === "own" ? { partition: "iid", ...texts } : texts;
  const values = Object.fromEntries(Object.entries(given).map(([key, text]) => [key, typedValue(key, text.trim())]));
  const parsed = runConfigSchema.safeParse(values);
  const problems = new Map<string, Problem>();
  for (const issue of parsed.error?.issues ?? []) {
    if (issue.code === "unrecognized_keys")
      for (const key of issue.keys) problems.set(key, somewhere("there is no such setting"));
    const key = issue.path[0];
    if (key !== undefined && !problems.has(String(key))) {
      problems.set(
        String(key),
        somewhere(`${expectationOf(issue)}, got ${shown(texts[String(key)] ?? "")}${commaHintFor(String(key), texts)}`),
      );
    }
  }
  const schemes = judge(parsed.success ? parsed.data : { ...defaultConfig, ...texts });
  const judged = [...schemes, ...(parsed.success ? settingProblems(parsed.data) : [])];
  for (const [key, error] of judged) if (!problems.has(key)) problems.set(key, placed(error));
  return parsed.success && problems.size === 0 ? { ok: true, config: parsed.data } : { ok: false, problems };
}

/** The settings that differ from their defaults, but for where the data come from. */
export function changedFields(config: RunConfig): Partial<RunConfig> {
  const changed = configKeys.filter((key) => key !== "data" && key !== "schema" && config[key] !== defaultConfig[key]);
  return Object.fromEntries(changed.map((key) => [key, config[key]]));
}

/** The part of a room's link after `#`: the settings that differ from their defaults, as URLSearchParams. */
export function fragmentOf(config: RunConfig): string {
  const changed = configKeys.filter((key) => config[key] !== defaultConfig[key]);
  return new URLSearchParams(changed.map((key) => [key, String(config[key])])).toString();
}

function typedValue(key: string, text: string): string | number {
  const isNumber = Object.hasOwn(defaultConfig, key) && typeof defaultConfig[key as ConfigKey] === "number";
  if (!isNumber) return text;
  return text === "" ? Number.NaN : Number(text);
}

function somewhere(sentence: string): Problem {
  return { sentence, position: null };
}

/** The problem of a scheme: the first line of a SchemeError; its further lines draw the place, for terminals. */
function placed(error: SchemeError | RangeError): Problem {
  return { sentence: error.message.split("\n", 1)[0]!, position: error instanceof SchemeError ? error.position : null };
}

function commaHintFor(key: string, texts: Readonly<Record<string, string>>): string {
  return typeof defaultConfig[key as ConfigKey] === "number" ? commaHint(texts[key]) : "";
}

function shown(text: string): string {
  return text === "" ? "nothing" : `“${text.length > 40 ? `${text.slice(0, 40)}…` : text}”`;
}
