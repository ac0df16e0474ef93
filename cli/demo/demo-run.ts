import { proposeRun } from "../../client/tasks/propose-run.ts";
import { createHasher } from "../../shared/base/hash.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import { withSchemaDigest } from "../../shared/run/long-schema.ts";
import { configOf, type TypedOptions, typedConfig } from "../support/config-options.ts";
import { checkDataFolder, holdsServedFiles } from "../support/data-folder.ts";
import { UsageError } from "../support/exit.ts";
import { type GivenModel, typedModel } from "../support/given-model.ts";
import { ownDataOf } from "../support/own-data-options.ts";
import { readingFlagsOf } from "../support/reading-options.ts";

/** Long enough to see a model improve, short enough to watch. */
export const usualRounds = 40;
/** Rounds of a demo on a text, one local step each: by then a small model knows more than which pairs of characters are frequent. */
export const usualTextRounds = 300;

/** What a demo trains, and where its data come from. */
export interface DemoRun {
  readonly config: RunConfig;
  /** The folder that the server serves to all; null: none. */
  readonly folder: string | null;
  /** The path that each peer reads its part of; null: none. */
  readonly files: string | null;
  /** The model that the run begins with, where it was named by a path. */
  readonly given: GivenModel | null;
}

/**
 * The run of a demo: on drawn digits, on a folder of IDX files that the server serves, or on any other files, of which each peer takes
 * a part.
 * @throws {UsageError} (as a rejection) if the data cannot be read, or tabs, which no file can be given to, are to train on them
 */
export async function demoRun(
  options: TypedOptions,
  { peers, tabs }: { readonly peers: number; readonly tabs: number },
): Promise<DemoRun> {
  const { typed, given } = await typedModel(options);
  const path = typeof typed["data"] === "string" ? typed["data"] : null;
  const all = {
    rounds: usualRounds,
    ...typedConfig(typed),
    partitions: peers + tabs,
    startAt: peers + tabs,
    ...modelFields(given),
  };
  if (path === null) {
    await ownDataOf(typed);
    return { config: configOf(all), folder: null, files: null, given };
  }
  if (readingFlagsOf(typed).length === 0 && (await holdsServedFiles(path))) {
    await checkDataFolder(path);
    return { config: configOf({ data: "served", partition: "iid", ...all }), folder: path, files: null, given };
  }
  if (tabs > 0) throw new UsageError("--tabs: expected 0 beside files of your own, which a tab is given by hand, got more");
  const own = (await ownDataOf(typed))!;
  const proposed = withSchemaDigest(proposeRun(own, given?.initial ?? null), await createHasher());
  const rounds = own.asked.rounds ?? (proposed.task === "language" ? usualTextRounds : usualRounds);
  const config = configOf({ ...proposed, rounds, partitions: peers, startAt: peers });
  return { config, folder: null, files: path, given };
}

/** The fields of the run that a model decides. */
function modelFields(given: GivenModel | null): Partial<RunConfig> {
  if (given === null) return {};
  const { model, digest, record } = given.initial;
  return { model, from: digest, ...(record === null ? {} : { task: record.task }) };
}
