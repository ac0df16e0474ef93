import type { Command } from "commander";
import { UsageError } from "./exit.ts";

/**
 * Refuses options that npm took for its own, as in `npm run demo --peers 4` without `--`: the command finds them only in the
 * environment.
 * @throws {UsageError} that says how to write it
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
  // npm passes the value of an option that it does not know as an argument of the command.
  const wanted = taken.isBoolean() ? taken.long : value === "true" ? taken.flags : `${taken.long} ${value}`;
  const run = script === "start" ? "npm start" : `npm run ${script}`;
  throw new UsageError(`npm took ${taken.long} for itself: write ${run} -- ${wanted}, with -- before all options of Copse`);
}

/** --start-at → npm_config_start_at */
function settingOf(long: string): string {
  return `npm_config_${long.slice(2).replaceAll("-", "_")}`;
}
