import { join } from "node:path";
import { Command } from "commander";
import type { RoundReport } from "../shared/run/report.ts";
import { createSignalingServer } from "../signaling-server/main.ts";
import { type ChildPeer, startChildPeer } from "./child-peer.ts";
import { demoRun, usualRounds, usualTextRounds } from "./demo/demo-run.ts";
import type { DemoTabs } from "./demo/demo-tabs.ts";
import { summaryOf, summaryText } from "./demo/summary.ts";
import { withRunFile } from "./demo/with-run-file.ts";
import type { FinalReport } from "./final-report.ts";
import { openLog } from "./log-file.ts";
import { outputFolderOf } from "./output-folder.ts";
import { addConfigOptions, flagsOf, type TypedOptions, wholeNumber } from "./support/config-options.ts";
import { failureExitCode, failWith, UsageError } from "./support/exit.ts";
import { onInterruption } from "./support/interruption.ts";
import { createProgress } from "./support/progress.ts";
import { addOwnDataOptions, readingFlagsOf } from "./support/reading-options.ts";
import { peerPackages, requirePackages, tabPackages } from "./support/require-packages.ts";
import { drawRoomName } from "./support/room-name.ts";
import { print, printJson } from "./support/terminal.ts";

/** `copse demo`: the server and N headless peers on this machine, each a process of its own, over real WebRTC. */
export function demoCommand(): Command {
  const command = new Command("demo")
    .description("run the server and some headless peers here; tabs can join the same run")
    .option("--peers <n>", "headless peers", "4")
    .option("--run <file>", "the first run of a file of copse lab, in a room: its settings, workers and data")
    .option("--tabs <n>", "headless browser tabs beside them", "0")
    .option("--port <number>", "port of the server; 0 takes any free one", "0")
    .option(
      "--data <path>",
      `train on a file or a folder of files instead of drawn digits, dealt as --partition says; a text for ${usualTextRounds} rounds unless --rounds says otherwise`,
    )
    .option("--from <folder>", "begin with the model that --export wrote there, or that a tab gave away")
    .option("--export <folder>", "write each peer's final model there, for copse predict, for tfjs and as safetensors")
    .option("--log <file>", "write there a line for each round, as the ending says: .ndjson or .csv")
    .option("--trace <folder>", "write there what happens in each round of each headless peer, for copse trace")
    .option("--json", "print one JSON line for each round and a summary, instead of a progress bar");
  return addConfigOptions(addOwnDataOptions(command), {
    without: ["startAt", "partitions"],
    defaults: { rounds: usualRounds },
  }).action(async (typed: TypedOptions) => {
    try {
      await demo(typed);
    } catch (error) {
      failWith(command, error);
    }
  });
}

async function demo(options: TypedOptions): Promise<void> {
  const typed = withRunFile(options);
  const peerCount = wholeNumber(typed["peers"], "--peers", { min: 1, max: 64 });
  const tabCount = wholeNumber(typed["tabs"], "--tabs", { min: 0, max: 16 });
  const port = wholeNumber(typed["port"], "--port", { min: 0, max: 65_535 });
  const { config, folder, files, given } = await demoRun(typed, { peers: peerCount, tabs: tabCount });
  if (config.rounds === 0) throw new UsageError("--rounds: expected at least 1 for a demo, which ends after the last, got 0");
  const exportFolder = await outputFolderOf(typed, "export");
  const traceFolder = await outputFolderOf(typed, "trace");
  requirePackages("a headless peer", peerPackages);
  if (tabCount > 0) requirePackages("a tab", tabPackages);
  const log = openLog(typed);

  const server = await createSignalingServer({
    host: "127.0.0.1",
    port,
    iceServers: [],
    ...(folder === null ? {} : { dataFolder: folder }),
    ...(given?.initial.own == null ? {} : { modelFolder: given.folder }),
  });
  const room = drawRoomName();
  const link = `${server.url}/r/${room}`;
  const progress = createProgress({ isJson: typed["json"] === true, rounds: config.rounds, link });
  const rounds: RoundReport[] = [];
  const flags = [
    ...["--server", server.url, "--room", room],
    ...(folder === null ? [] : ["--data"]),
    ...(files === null ? [] : ["--data", files]),
    ...(files === null ? [] : readingFlagsOf(typed)),
    ...(exportFolder === null ? [] : ["--export", exportFolder]),
    ...(given === null ? flagsOf(config) : [...given.flags, ...flagsOf(config, { without: ["model"] })]),
  ];
  const children: ChildPeer[] = [];
  let tabs: DemoTabs | null = null;
  try {
    for (let i = 0; i < peerCount; i += 1) {
      const name = `peer ${i + 1}`;
      const onReport: Parameters<typeof startChildPeer>[2] = (report) => {
        if (report.type === "notice" || report.type === "refused") progress.note(name, report);
        // All peers see the same losses.
        if (i === 0 && report.type === "diverging") progress.diverging(report);
        if (i > 0 || report.type !== "round") return;
        rounds.push(report);
        log?.round(report);
        progress.round(report);
      };
      const trace = traceFolder === null ? [] : ["--trace", join(traceFolder, `peer-${i + 1}.ndjson`)];
      const part = files === null ? [] : ["--take", `${i + 1}/${peerCount}`];
      const child = startChildPeer(name, [...flags, "--name", name, ...part, ...trace], onReport);
      children.push(child);
      progress.peer(name, child.pid);
    }
    if (tabCount > 0) tabs = (await import("./demo/demo-tabs.ts")).openTabs(link, tabCount, config);
    // The run begins only when all are there, so one that fails ends the demo.
    const ends = Promise.all([Promise.all(children.map(finalReportOf)), tabs?.ends ?? []]);
    const interrupted = new Promise<never>((_, reject) => {
      onInterruption(() => reject(new Error(`the demo was interrupted after round ${rounds.at(-1)?.round ?? 0}`)));
    });
    const [finals, tabEnds] = await Promise.race([ends, interrupted]);
    progress.end();
    const summary = summaryOf({ config, rounds, finals, tabs: tabEnds });
    if (typed["json"] === true) printJson(summary);
    else print(summaryText(summary).replace(/\n$/, ""));
    if (!summary.hashesEqual) process.exitCode = failureExitCode;
  } finally {
    progress.end();
    await Promise.all([...children.map((child) => child.dismiss()), tabs?.close()]);
    await server.close();
    log?.close();
  }
}

/** @throws {Error} with the peer's last words, if it ends without a report */
async function finalReportOf({ name, ended, lastWords }: ChildPeer): Promise<FinalReport> {
  const final = await ended;
  if (final !== null) return final;
  const words = lastWords();
  throw new Error(`${name} ended before the run did; ${words === "" ? "it said nothing" : `its last words:\n${words}`}`);
}
