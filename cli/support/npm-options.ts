import type { Command } from "commander";
import { UsageError } from "./exit.ts";

/**
 * `npm run demo --peers 4`: without `--` before them npm takes options for its own, and the command hears nothing of them but what npm
 * leaves in the environment.
 * @throws {UsageError} that says how it is to be written
 */
export function refuseNpmOptions(
  command: Command,
  { env, typed }: { readonly env: Readonly<Record<string, string | undefined>>; readonly typed: readonly string[] },
): void {
  const script = env["npm_lifecycle_event"];
  if (script === undefined) return;
  const isTyped = (long: string): boolean => typed.some((word) => word === long || word.startsWith(`${long}=`));
  const taken = command.options.find(({ long }) => long != null && env[settingOf(long)] !== undefined && !isTyped(long));
  if (taken === undefined) return;
  const value = env[settingOf(taken.long!)]!;
  // npm takes the value of an option that it does not know for a word of the command.
  const wanted = taken.isBoolean() ? taken.long : value === "true" ? taken.flags : `${taken.long} ${value}`;
  const run = script === "start" ? "npm start" : `npm run ${script}`;
  throw new UsageError(`npm took ${taken.long} for itself: write ${run} -- ${wanted}, with -- before all options of Copse`);
}

/** --start-at → npm_config_start_at */
function settingOf(long: string): string {
  return `npm_config_${long.slice(2).replaceAll("-", "_")}`;
}
