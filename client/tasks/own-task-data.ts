import type { RunConfig } from "../../shared/run/config.ts";
import { parseDealing } from "../../shared/run/dealing.ts";
import { DataError } from "../data/data-set.ts";
import type { FoundData } from "../data/found-data.ts";
import { groupsOf } from "../data/groups-of.ts";
import type { OwnData } from "../data/own-data.ts";
import { partition } from "../data/partition.ts";
import { fitToSchema } from "../data/schema/fit-to-schema.ts";
import { parseSchema } from "../data/schema/schema.ts";
import { holdOut, selectRows } from "../data/select-rows.ts";
import { strataOf } from "../data/strata.ts";
import { modelOf } from "../models/model-of.ts";
import { type OwnModel, ownModelName } from "../models/own/own-model.ts";
import { taskOf } from "./registry.ts";
import type { TaskData } from "./task-data.ts";

type OwnRun = Pick<RunConfig, "task" | "model" | "schema" | "partition" | "seed"> & Partial<Pick<RunConfig, "augment">>;

/**
 * A person's own files as samples of a room's task: brought into the schema's order, a part held out by the run's seed where the files
 * have none, and cut to the partition that is taken.
 * @param own the model, where the run's is a person's own
 * @throws {DataError} (as a rejection) by column and row, where they do not fit the room's schema
 */
export async function ownTaskData(
  run: OwnRun,
  { files, take, tokenizer = null }: OwnData,
  own: OwnModel | null = null,
): Promise<TaskData> {
  const schema = parseSchema(run.schema);
  if (tokenizer !== null && schema.kind === "text" && schema.tokenizer !== tokenizer)
    throw new DataError(`tokenizer: the room has ${schema.tokenizer}, this peer asked for ${tokenizer}`);
  const task = taskOf(run.task);
  const whole = fitToSchema(files.train, schema);
  const { train, test } =
    files.test === null ? holdOut(whole, run.seed) : { train: whole, test: fitToSchema(files.test, schema) };
  const context = contextOf(run, own);
  const isAugmented = run.augment === "crop-flip";
  return {
    task,
    shape: await task.shape(schema, context),
    train: await task.samples(take === null ? train : taken(train, take, run), schema, { context, isTest: false, isAugmented }),
    test: await task.samples(test, schema, { context, isTest: true }),
    // Who takes a part of the same files as others holds out the same.
    isTestShared: take !== null,
    statistics: task.statistics(schema),
  };
}

/** One part of data that several peers have whole. */
function taken(found: FoundData, { part, of }: NonNullable<OwnData["take"]>, run: OwnRun): FoundData {
  if (found.kind === "text") {
    const at = (piece: number): number => Math.floor((piece * found.text.length) / of);
    return { ...found, text: found.text.slice(at(part), at(part + 1)) };
  }
  const dealing = parseDealing(run.partition);
  if (typeof dealing === "string" || dealing.kind === "writers")
    throw new DataError(`partition: expected one of own data, got ${run.partition}`);
  const keys = dealing.kind === "by" ? groupsOf(found, dealing.column) : strataOf(found);
  return selectRows(found, partition(keys, of, dealing, run.seed)[part]!);
}

/** Tokens that the run's model sees at once; 1 where it takes none. */
function contextOf({ task, model }: OwnRun, own: OwnModel | null): number {
  if (task !== "language") return 1;
  if (model !== ownModelName) return modelOf(model).context ?? 1;
  const length = own?.takes[0] ?? null;
  if (length === null)
    throw new DataError("model.json: expected a model that takes a fixed number of tokens, got one that takes any");
  return length;
}
