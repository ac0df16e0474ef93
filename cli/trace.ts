import { readFileSync } from "node:fs";
import { Command } from "commander";
import { traceFormat } from "../shared/peer/trace-record.ts";
import { failWith, UsageError } from "./support/exit.ts";
import { print, printAside, printJson } from "./support/terminal.ts";
import { tracedRounds } from "./trace-rounds.ts";
import { traceSummary, traceText } from "./trace-text.ts";

/** `copse trace FILE`: what each round of a recorded peer was, and what it waited for. */
export function traceCommand(): Command {
  const command = new Command("trace")
    .description("show each round of a peer that was started with --trace as a time line, and whom it waited for")
    .argument("<file>", "what copse peer --trace has written")
    .option("--json", "print one JSON line for each round instead of text");
  return command.action((file: string, typed: { readonly json?: boolean }) => {
    try {
      const rounds = tracedRounds(readTrace(file, readText(file)));
      if (typed.json === true) {
        for (const round of rounds) printJson({ ...round, parts: Object.fromEntries(round.parts) });
        return;
      }
      const times = rounds.map(({ ms }) => ms).sort((a, b) => a - b);
      // A round that was much longer than most is cut at the bar's end: what it waited for stands below it.
      const scale = Math.max(1, 2 * (times[times.length >> 1] ?? 1));
      print("# training   . waiting for parts   ~ waiting for the total");
      for (const round of rounds) print(traceText(round, scale));
      print(traceSummary(rounds));
    } catch (error) {
      failWith(command, error);
    }
  });
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (cause) {
    throw new UsageError(`expected a trace, got ${file}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}

/**
 * The records of a trace after its first. A last line that was cut off is told of, and left out.
 * @throws {UsageError} that names the line where it is none, or of another format
 */
export function readTrace(file: string, text: string): readonly unknown[] {
  const lines = text.split("\n");
  const rest = lines.pop();
  if (rest !== "") printAside(`${file}, line ${lines.length + 1}: cut short, left out`);
  const records = lines.map((line, index): Record<string, unknown> => {
    const value = parsed(line);
    if (value !== null) return value;
    throw new UsageError(
      `${file}, line ${index + 1}: expected a JSON object with a kind, got ${JSON.stringify(line.slice(0, 60))}`,
    );
  });
  const [first, ...others] = records;
  if (first?.["kind"] !== "state")
    throw new UsageError(`${file}, line 1: expected a record of kind state, as a trace begins with`);
  if (first["format"] !== traceFormat)
    throw new UsageError(
      `${file}, line 1: expected a trace of format ${traceFormat}, got format ${JSON.stringify(first["format"])}`,
    );
  const { roster } = first;
  return typeof roster === "object" && roster !== null ? [roster, ...others] : others;
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line);
    const isRecord = typeof value === "object" && value !== null && "kind" in value;
    return isRecord ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}
