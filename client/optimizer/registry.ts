import { adamwLocal } from "./adamw.ts";
import type { LocalMethod } from "./local-method.ts";
import { momentumLocal } from "./momentum.ts";
import { muonLocal } from "./muon.ts";
import { sgdLocal } from "./sgd.ts";

/** Every local optimizer: a new one is one file with its rule, and one name here. */
export const localOptimizers: readonly LocalMethod[] = [sgdLocal, momentumLocal, adamwLocal, muonLocal];
