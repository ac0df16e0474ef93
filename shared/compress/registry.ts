import { econtrolMethod } from "./econtrol.ts";
import { efBvMethod } from "./ef-bv.ts";
import { ef14Method } from "./ef14.ts";
import { ef21Method } from "./ef21.ts";
import { ef21SgdmMethod } from "./ef21-sgdm.ts";
import { formatMethods } from "./format-methods.ts";
import { impKMethod } from "./imp-k-arguments.ts";
import type { Method } from "./method.ts";
import { naturalMethod } from "./natural.ts";
import { noneMethod } from "./none.ts";
import { powerSgdMethod } from "./power-sgd.ts";
import { qsgdMethod } from "./qsgd.ts";
import { randKMethod } from "./rand-k.ts";
import { scamMethod } from "./scam.ts";
import { signMethod } from "./sign.ts";
import { sketchMethod } from "./sketch.ts";
import { svdMethod } from "./svd.ts";
import { topKMethod } from "./top-k.ts";
import { twoLevelMethod } from "./two-level.ts";

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
