import { adamMethod } from "./adam.ts";
import { adamwMethod } from "./adamw.ts";
import type { OptimizerMethod } from "./method.ts";
import { nesterovMethod } from "./nesterov.ts";
import { sgdMethod } from "./sgd.ts";
import { yogiMethod } from "./yogi.ts";

/** Every outer optimizer: a new one is one file, and one name here. */
export const optimizers: readonly OptimizerMethod[] = [sgdMethod, nesterovMethod, adamMethod, adamwMethod, yogiMethod];
