import { econtrolMethod } from "./feedback/econtrol.ts";
import { efBvMethod } from "./feedback/ef-bv.ts";
import { ef14Method } from "./feedback/ef14.ts";
import { ef21Method } from "./feedback/ef21.ts";
import { ef21SgdmMethod } from "./feedback/ef21-sgdm.ts";
import { scamMethod } from "./feedback/scam.ts";
import { powerSgdMethod } from "./low-rank/power-sgd.ts";
import { sketchMethod } from "./low-rank/sketch.ts";
import { svdMethod } from "./low-rank/svd.ts";
import type { Method } from "./method.ts";
import { noneMethod } from "./none.ts";
import { formatMethods } from "./quantizers/format-methods.ts";
import { naturalMethod } from "./quantizers/natural.ts";
import { qsgdMethod } from "./quantizers/qsgd.ts";
import { signMethod } from "./quantizers/sign.ts";
import { twoLevelMethod } from "./quantizers/two-level.ts";
import { impKMethod } from "./sparsifiers/imp-k-arguments.ts";
import { randKMethod } from "./sparsifiers/rand-k.ts";
import { topKMethod } from "./sparsifiers/top-k.ts";

/** Every method: a new one is one file, and one name here. */
export const methods: readonly Method[] = [
  noneMethod,
  topKMethod,
  randKMethod,
  qsgdMethod,
  naturalMethod,
  signMethod,
  twoLevelMethod,
  ...formatMethods,
  powerSgdMethod,
  svdMethod,
  sketchMethod,
  impKMethod,
  ef14Method,
  ef21Method,
  ef21SgdmMethod,
  efBvMethod,
  econtrolMethod,
  scamMethod,
];
