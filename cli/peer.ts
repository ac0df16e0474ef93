import { hostname } from "node:os";
import { Command } from "commander";
import { addConfigOptions, type TypedOptions } from "./support/config-options.ts";
import { failWith } from "./support/exit.ts";
import { addOwnDataOptions } from "./support/reading-options.ts";
import { peerPackages, requirePackages } from "./support/require-packages.ts";

/** `copse peer`: one headless peer, until the run ends or it is interrupted. */
export function peerCommand(): Command {
  const command = new Command("peer")
    .description("join a room as a headless peer")
    .requiredOption("--server <url>", "the signaling server, e.g. http://localhost:8080")
    .requiredOption("--room <name>", "the room, as in the page's address after /r/")
    .option("--name <text>", "how others see this peer", `node on ${hostname()}`.slice(0, 60))
    .option(
      "--data [path]",
      "train on your own file or folder of files, which stay here; without a path: on the files that the server serves",
    )
    .option("--from <folder>", "begin with the model that --export wrote there, or that a tab gave away")
    .option("--take <part/parts>", "own data: take only this part of it, e.g. 2/4, dealt as --partition says")
    .option("--export <folder>", "write the final model there, for copse predict, for tfjs and as safetensors")
    .option("--log <file>", "write there a line for each round, as the ending says: .ndjson or .csv")
    .option("--checkpoint <folder>", "save there now and then, and go on from there after a restart")
    .option(
      "--connect-timeout <seconds>",
      "give up, with exit code 3, if the server cannot be reached for so long at the start; 0: never",
      "30",
    )
    .option("--trace <file>", "write there what happens in each round, for copse trace")
    .option("--relay-only", "take no links but through the server's TURN relay: to see that it works, or to hide addresses")
    .option("--json", "print one JSON line for each event instead of text")
    .addHelpText("after", "\nCOPSE_DEBUG=links,sync prints what happens there to standard error, a line each; * is all of it.");
  return addConfigOptions(addOwnDataOptions(command)).action(async (typed: TypedOptions) => {
    try {
      requirePackages("a headless peer", peerPackages);
      // Loaded only now: tfjs and WebRTC take a second to load, which `--help` does not need.
      const { runPeer } = await import("./run-peer.ts");
      await runPeer(typed);
    } catch (error) {
      failWith(command, error);
    }
  });
}
