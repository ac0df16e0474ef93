import type { Command } from "commander";
import { UsageError } from "./exit.ts";

/**
 * `npm run demo --peers 4`: without `--` before them npm takes options for its own, and the command hears nothing of them but what npm
 * leaves in the environment.
 * @throws {UsageError} that says how it is to be written
 */
export function refuseNpmOptions(command: Command, env: Readonly<Record<string, string | undefined>>): void {
  const script = env["npm_lifecycle_event"];
  if (script === undefined) return;
  const taken = command.options.find(
    (option) =>
      option.long != null &&
      env[settingOf(option.long)] !== undefined &&
      command.getOptionValueSource(option.attributeName()) !== "cli",
  );
  if (taken === undefined) return;
  const value = env[settingOf(taken.long!)]!;
  const typed = taken.isBoolean() || value === "true" ? taken.long : `${taken.long} ${value}`;
  const run = script === "start" ? "npm start" : `npm run ${script}`;
  throw new UsageError(`npm took ${taken.long} for itself: write ${run} -- ${typed}, with -- before all options of Copse`);
}

/** --start-at → npm_config_start_at */
function settingOf(long: string): string {
  return `npm_config_${long.slice(2).replaceAll("-", "_")}`;
}
