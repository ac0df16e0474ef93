import { bytesOf, type Hash, type Hasher } from "../../shared/base/hash.ts";
import type { ModelRecord } from "../export/model-record.ts";
import type { NamedTensor } from "../models/own/named-tensor.ts";
import { type OwnModel, ownModelName } from "../models/own/own-model.ts";

/** A model that a run begins with: a person's own, or the one that another run ended with. */
export interface InitialModel {
  /** The run's field `model`. */
  readonly model: string;
  /** The run's field `from`. */
  readonly digest: Hash;
  /** Its topology and weights; null: it is a built-in model. */
  readonly own: OwnModel | null;
  /** The tensors of the run's layout, in its order; an own model that ended no run lacks the task's statistics. */
  readonly tensors: readonly NamedTensor[];
  /** What is known of the run that it ended; null: it ended none. */
  readonly record: Pick<ModelRecord, "task" | "schema"> | null;
}

/** Name of the tensor by which a task scales its samples. */
export const taskStatisticsName = "data/statistics";

/** A built-in model with the tensors that a run ended with. */
export function builtInInitial(record: ModelRecord, tensors: readonly NamedTensor[], hasher: Hasher): InitialModel {
  return { model: record.model, digest: digestOf(null, tensors, hasher), own: null, tensors, record };
}

/** A person's own model. @param ended the run that it ended, and the statistics of its task; null: none */
export function ownInitial(
  own: OwnModel,
  hasher: Hasher,
  ended: { readonly record: ModelRecord; readonly statistics: readonly NamedTensor[] } | null = null,
): InitialModel {
  const statistics = ended?.statistics ?? [];
  return {
    model: ownModelName,
    digest: digestOf(own.topology, [...own.weights, ...statistics], hasher),
    own,
    tensors: [...own.tensors, ...statistics],
    record: ended?.record ?? null,
  };
}

/** The digest of a model, as PROTOCOL (A3) has it. O(bytes). */
function digestOf(topology: OwnModel["topology"] | null, tensors: readonly NamedTensor[], hasher: Hasher): Hash {
  const text = JSON.stringify({ topology, tensors: tensors.map(({ name, shape }) => [name, shape]) });
  return hasher(text, ...tensors.map(({ values }) => bytesOf(values)));
}
