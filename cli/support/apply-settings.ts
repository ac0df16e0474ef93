import { readFile } from "node:fs/promises";
import type { Command, Option } from "commander";
import { parse } from "yaml";
import { UsageError } from "./exit.ts";

/** Bytes of a file of settings: more is another file. */
const maxBytes = 65_536;

export interface SettingsSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Path of a file in YAML or JSON; null: none. */
  readonly file: string | null;
  /** Names of options, without dashes, that are for the command line alone. */
  readonly except: readonly string[];
}

/**
 * Gives a command's options the values that the environment (`--base-path` is `COPSE_BASE_PATH`) and a file (`base-path: /copse/`)
 * have for them. What was typed comes first, then the environment, then the file, then the defaults. Every value is a text that the
 * option's own parser reads; an option that may be repeated takes a list, in the environment with spaces between.
 * @throws {UsageError} (as a rejection) for a file that cannot be read, a name that is no option, a value that no option has
 */
export async function applySettings(command: Command, { env, file, except }: SettingsSources): Promise<void> {
  const options = command.options.filter((option) => !except.includes(option.name()));
  const inFile = file === null ? new Map<string, unknown>() : await settingsIn(file);
  for (const name of inFile.keys()) {
    if (!options.some((option) => option.name() === name))
      throw new UsageError(`${file}: expected settings among ${options.map((option) => option.name()).join(", ")}, got ${name}`);
  }
  for (const option of options) {
    if (command.getOptionValueSource(option.attributeName()) === "cli") continue;
    const variable = `COPSE_${option.name().replaceAll("-", "_").toUpperCase()}`;
    const text = env[variable];
    if (text !== undefined && text !== "")
      set(command, option, { value: isList(option) ? text.split(/\s+/) : text, from: variable });
    else if (inFile.has(option.name()))
      set(command, option, { value: inFile.get(option.name()), from: `${file}: ${option.name()}` });
  }
}

const isList = (option: Option): boolean => Array.isArray(option.defaultValue);

function set(command: Command, option: Option, { value, from }: { readonly value: unknown; readonly from: string }): void {
  const name = option.attributeName();
  if (option.isBoolean()) {
    const isOn = /^(true|1)$/.test(String(value));
    if (!isOn && !/^(false|0)$/.test(String(value)))
      throw new UsageError(`${from}: expected true or false, got ${String(value)}`);
    if (isOn) command.setOptionValueWithSource(name, true, "config");
    return;
  }
  const texts = isList(option) && Array.isArray(value) ? value : [value];
  if (!texts.every((text) => typeof text === "string" || typeof text === "number"))
    throw new UsageError(`${from}: expected a text${isList(option) ? " or a list of texts" : ""}, got something else`);
  const all = texts.map(String);
  command.setOptionValueWithSource(name, isList(option) ? all : all[0], "config");
}

async function settingsIn(file: string): Promise<ReadonlyMap<string, unknown>> {
  let settings: unknown;
  try {
    const text = await readFile(file, "utf8");
    if (text.length > maxBytes) throw new Error(`expected at most ${maxBytes} characters`);
    settings = parse(text, { maxAliasCount: 0 });
  } catch (cause) {
    throw new UsageError(`${file}: expected settings in YAML or JSON: ${(cause as Error).message.split("\n")[0]}`, { cause });
  }
  if (settings === null) return new Map();
  if (typeof settings !== "object" || Array.isArray(settings))
    throw new UsageError(`${file}: expected lines such as port: 8080, got something else`);
  return new Map(Object.entries(settings));
}
