import { addInto, indicesOf, type Support, type Update } from "../../vector/update.ts";

/** e: the part of the updates that was not sent yet, in units of the weighted sum. */
export type Residual = { readonly residual: Float32Array };

/** e ← e + x: keeps the whole update of a round in which the peer did not count. O(d). */
export function remember<Local extends Residual>(x: Float32Array, local: Local): Local {
  const residual = local.residual.slice();
  for (let i = 0; i < residual.length; i += 1) residual[i]! += x[i]!;
  return { ...local, residual };
}

/** e ← e + delivered: takes back a delivery whose total was undone. O(d). */
export function takeBack<Local extends Residual>(delivered: Update, local: Local): Local {
  const residual = local.residual.slice();
  addInto(residual, delivered);
  return { ...local, residual };
}

/** e_S ← 0, in place. O(k); O(d) for a seeded support. */
export function forget(residual: Float32Array, support: Support): void {
  const indices = indicesOf({ support, length: residual.length });
  if (indices === null) residual.fill(0);
  else for (let j = 0; j < indices.length; j += 1) residual[indices[j]!] = 0;
}
