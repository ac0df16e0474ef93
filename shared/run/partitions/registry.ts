import { byColumnPartition } from "./by-column.ts";
import { dirichletPartition } from "./dirichlet.ts";
import { iidPartition } from "./iid.ts";
import { quantityPartition } from "./quantity.ts";
import { shardsPartition } from "./shards.ts";
import { writersPartition } from "./writers.ts";

/** Every partition: a new one is one file, and one name here. */
export const partitionMethods = [
  writersPartition,
  iidPartition,
  dirichletPartition,
  shardsPartition,
  quantityPartition,
  byColumnPartition,
] as const;
