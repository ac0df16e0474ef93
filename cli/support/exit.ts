import type { Command, CommanderError } from "commander";

/** The command line is wrong. */
export const usageExitCode = 2;
/** The command failed. */
export const failureExitCode = 1;

/** The server could not be reached at the start. */
const unreachableExitCode = 3;

/** Thrown when the limit for the first connection to the server has passed. */
export class UnreachableError extends Error {
  override readonly name = "UnreachableError";
}

/** Thrown for a wrong option or argument; its message says what was expected. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Exit code of a commander error: commander exits with 1 for a wrong command line, which is 2 here. */
export function exitCodeOf({ code, exitCode }: CommanderError): number {
  return exitCode !== 0 && code.startsWith("commander.") ? usageExitCode : exitCode;
}

/** Ends the process with one sentence. No stack: it would not help the person who reads it. */
export function failWith(command: Command, error: unknown): never {
  const sentence = error instanceof Error ? error.message : String(error);
  const isUsage = error instanceof UsageError;
  // The list of options helps with a wrong command line, not with a failure.
  if (!isUsage) command.showHelpAfterError(false);
  const otherwise = error instanceof UnreachableError ? unreachableExitCode : failureExitCode;
  return command.error(`error: ${sentence}`, { exitCode: isUsage ? usageExitCode : otherwise, code: "copse.failure" });
}
