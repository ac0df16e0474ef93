import { addInto, indicesOf, type Support, type Update } from "../../vector/update.ts";

/** e: what was not sent yet, in units of the weighted sum. */
export type Memory = { readonly memory: Float32Array };

/** e + x: a round's update that did not count is kept whole. O(d). */
export function remember<Local extends Memory>(x: Float32Array, local: Local): Local {
  const memory = local.memory.slice();
  for (let i = 0; i < memory.length; i += 1) memory[i]! += x[i]!;
  return { ...local, memory };
}

/** e + delivered: the total that was to hold it was undone. O(d). */
export function takeBack<Local extends Memory>(delivered: Update, local: Local): Local {
  const memory = local.memory.slice();
  addInto(memory, delivered);
  return { ...local, memory };
}

/** 0 on the support, in place. O(k); O(d) for a seeded support. */
export function forget(memory: Float32Array, support: Support): void {
  const indices = indicesOf({ support, length: memory.length });
  if (indices === null) memory.fill(0);
  else for (let j = 0; j < indices.length; j += 1) memory[indices[j]!] = 0;
}
