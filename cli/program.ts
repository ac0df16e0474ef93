import { Command, type CommanderError } from "commander";
import { benchCommand } from "./bench.ts";
import { dataCommand } from "./data/data.ts";
import { demoCommand } from "./demo.ts";
import { labCommand } from "./lab/lab.ts";
import { methodsCommand } from "./methods.ts";
import { modelCommands } from "./model/commands.ts";
import { peerCommand } from "./peer.ts";
import { serveCommand } from "./serve.ts";
import { simulateCommand } from "./simulate.ts";
import { exitCodeOf } from "./support/exit.ts";
import { ownVersion } from "./support/own-version.ts";
import { printable } from "./support/terminal.ts";
import { replayCommand } from "./tracing/replay.ts";
import { traceCommand } from "./tracing/trace.ts";

/** The surroundings of the command line: a process and its streams, or a test. */
export interface ProgramHost {
  writeOut(text: string): void;
  writeErr(text: string): void;
  /** Ends the process; does not return. */
  exit(code: number): never;
}

/** `copse` with all its commands. */
export function createProgram({ writeOut, writeErr, exit }: ProgramHost): Command {
  const program = new Command("copse")
    .description("Train one model across browser tabs and headless peers, peer to peer.")
    .version(ownVersion())
    .configureOutput({
      writeOut: (text) => writeOut(printable(text, { lines: true })),
      writeErr: (text) => writeErr(printable(text, { lines: true })),
    })
    .showHelpAfterError("(add --help for all options)");
  for (const command of [
    serveCommand(),
    peerCommand(),
    demoCommand(),
    ...modelCommands(),
    simulateCommand(),
    dataCommand(),
    labCommand(),
    methodsCommand(),
    traceCommand(),
    replayCommand(),
    benchCommand(),
  ]) {
    program.addCommand(command);
  }
  settle(program, exit);
  return program;
}

/** Applies the settings to a command and all below it. */
function settle(command: Command, exit: ProgramHost["exit"]): void {
  command.exitOverride((error: CommanderError) => exit(exitCodeOf(error)));
  for (const part of command.commands) settle(part.copyInheritedSettings(command), exit);
}
