#!/usr/bin/env node
import { Command, CommanderError } from "commander";
import { benchCommand } from "./bench.ts";
import { demoCommand } from "./demo.ts";
import { labCommand } from "./lab.ts";
import { methodsCommand } from "./methods.ts";
import { peerCommand } from "./peer.ts";
import { serveCommand } from "./serve.ts";
import { simulateCommand } from "./simulate.ts";
import { exitCodeOf, failWith } from "./support/exit.ts";
import { interrupt } from "./support/interruption.ts";
import { refuseNpmOptions } from "./support/npm-options.ts";
import { ownVersion } from "./support/own-version.ts";
import { printable } from "./support/terminal.ts";

const program = new Command("copse")
  .description("Train one model across browser tabs and headless peers, peer to peer.")
  .version(ownVersion())
  .configureOutput({
    writeOut: (text) => process.stdout.write(printable(text, { lines: true })),
    writeErr: (text) => process.stderr.write(printable(text, { lines: true })),
  })
  .showHelpAfterError("(add --help for all options)");

for (const command of [
  serveCommand(),
  peerCommand(),
  demoCommand(),
  simulateCommand(),
  labCommand(),
  methodsCommand(),
  benchCommand(),
]) {
  program.addCommand(command);
}
settle(program);
const asked = program.commands.find((command) => command.name() === process.argv[2]);
if (asked !== undefined) {
  try {
    refuseNpmOptions(asked, { env: process.env, typed: process.argv.slice(3) });
  } catch (error) {
    failWith(asked, error);
  }
}

/** The same for every command at any depth. */
function settle(command: Command): void {
  command.exitOverride((error: CommanderError) => process.exit(exitCodeOf(error)));
  for (const part of command.commands) settle(part.copyInheritedSettings(command));
}

// Who reads may have enough: `copse methods | head`. And a terminal that was closed takes nothing any more.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code !== "EPIPE" && error.code !== "EIO") throw error;
  if (!interrupt()) process.exit();
});

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = error instanceof CommanderError ? exitCodeOf(error) : 1;
  if (!(error instanceof CommanderError)) throw error;
}
