#!/usr/bin/env node
import { CommanderError } from "commander";
import { createProgram } from "./program.ts";
import { exitCodeOf, failWith } from "./support/exit.ts";
import { interrupt } from "./support/interruption.ts";
import { refuseNpmOptions } from "./support/npm-options.ts";

const program = createProgram({
  writeOut: (text) => process.stdout.write(text),
  writeErr: (text) => process.stderr.write(text),
  exit: (code) => process.exit(code),
});
const asked = program.commands.find((command) => command.name() === process.argv[2]);
if (asked !== undefined) {
  try {
    refuseNpmOptions(asked, { env: process.env, typed: process.argv.slice(3) });
  } catch (error) {
    failWith(asked, error);
  }
}

// The reader may stop reading, as in `copse methods | head`; and a closed terminal takes no more output.
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
