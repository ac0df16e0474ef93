import type { Command, CommanderError } from "commander";

/** What was typed does not make sense. */
export const usageExitCode = 2;
/** What was typed went wrong. */
export const failureExitCode = 1;

/** There was no server to begin with. */
const unreachableExitCode = 3;

/** There was no connection to the server for as long as was to be waited. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** Something that a person typed, with what was expected. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Commander ends with 1 whatever is wrong with the command line; here 1 is for failures. */
export function exitCodeOf({ code, exitCode }: CommanderError): number {
  return exitCode !== 0 && code.startsWith("commander.") ? usageExitCode : exitCode;
}

/** Ends the process with one sentence. No stack: it would not help the person who reads it. */
export function failWith(command: Command, error: unknown): never {
  const sentence = error instanceof Error ? error.message : String(error);
  const isUsage = error instanceof UsageError;
  // A list of options helps with what was typed, not with what went wrong.
  if (!isUsage) command.showHelpAfterError(false);
  const otherwise = error instanceof UnreachableError ? unreachableExitCode : failureExitCode;
  return command.error(`error: ${sentence}`, { exitCode: isUsage ? usageExitCode : otherwise, code: "copse.failure" });
}
