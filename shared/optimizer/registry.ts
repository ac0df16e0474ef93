import { adamMethod } from "./adam.ts";
import type { OptimiserMethod } from "./method.ts";
import { nesterovMethod } from "./nesterov.ts";
import { sgdMethod } from "./sgd.ts";
import { yogiMethod } from "./yogi.ts";

/** Every outer optimiser: a new one is one file, and one name here. */
export const optimisers: readonly OptimiserMethod[] = [sgdMethod, nesterovMethod, adamMethod, yogiMethod];
