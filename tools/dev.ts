import { Command, Option } from "commander";
import { checkDataFolder } from "../cli/support/data-folder.ts";
import { failWith } from "../cli/support/exit.ts";
import { onInterruption } from "../cli/support/interruption.ts";
import { drawRoomName } from "../cli/support/room-name.ts";
import { print } from "../cli/support/terminal.ts";
import { createDevServer } from "./dev-server.ts";

/** `npm run dev`: the page from its sources and the signaling server, behind one address, until it is interrupted. */
const command = new Command("dev")
  .addOption(new Option("--port <number>", "port to listen on; 0 takes any free one").default(5173).argParser(Number))
  .option("--data <folder>", "serve the IDX files of this folder to the peers")
  .action(async ({ port, data }: { readonly port: number; readonly data?: string }) => {
    try {
      if (data !== undefined) await checkDataFolder(data);
      const server = await createDevServer({ port, ...(data === undefined ? {} : { dataFolder: data }) });
      print(`The page as its sources are: ${server.url}/r/${drawRoomName()}`);
      await new Promise<void>(onInterruption);
      await server.close();
    } catch (error) {
      failWith(command, error);
    }
  });
await command.parseAsync();
