import { difference } from "../../shared/compress/sparsifiers/sparsifier.ts";
import { type Call, parseScheme } from "../../shared/compress/text/grammar.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import { type Context, type Exchange, largestIn, reduced, type Scheme } from "../../shared/compress/types.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import type { State, Update } from "../../shared/vector/update.ts";
import { type DeviceMemory, noResidual } from "./device-memory.ts";
import type { GpuVector } from "./gpu-vector.ts";

/** The local state on a device: which residual of the `DeviceMemory` is this peer's. Its slot differs from that of the CPU's schemes, by which `failoverScheme` tells the two apart. */
type ResidualOnDevice = { readonly residualId: number };

/**
 * The scheme of a text on vectors that lie on a device: `topk(k)` or `ef14(topk(k))` without further arguments (but `warmup`); null
 * for any other. It sends and keeps what the same scheme does on the CPU, bit for bit if no number is subnormal. It takes no
 * arrays.
 * @throws {SchemeError} if the text names no scheme
 */
export function deviceScheme(text: string, memory: DeviceMemory): Scheme<State, State, Delta> | null {
  const scheme = schemeOf(text);
  const call = parseScheme(text);
  const count = ({ layout, ...stage }: Context): number => {
    const merge = scheme.phases(layout, stage)[0]?.merge;
    if (merge?.kind !== "truncate") throw new Error(`expected a sum that is truncated to k, got ${merge?.kind}`);
    return merge.keep;
  };
  function* send(of: GpuVector, context: Context): Exchange<Update> {
    const sent = largestIn(yield { kind: "largest", of, count: count(context) });
    const { rest } = reduced(yield { kind: "reduce", update: sent });
    return difference(sent, rest);
  }

  if (isTopK(call)) {
    const plain: Scheme<State, State, GpuVector> = {
      ...scheme,
      *encode(x, local, _replicated, context) {
        return { local, delivered: yield* send(x, context) };
      },
      onExcluded: (_x, local) => local,
    };
    return plain;
  }
  if (!isFeedbackOfTopK(call)) return null;
  const feedback: Scheme<ResidualOnDevice, State, GpuVector> = {
    ...scheme,
    init: (layout) => ({ local: { residualId: noResidual }, replicated: scheme.init(layout).replicated }),
    // p = e + x;  e ← p − delivered
    *encode(x, { residualId }, _replicated, context) {
      const p = memory.sum(residualId, x);
      const delivered = yield* send(p, context);
      return { local: { residualId: memory.less(p.id, delivered) }, delivered };
    },
    onExcluded: (x, { residualId }) => ({ residualId: memory.sum(residualId, x).id }),
    onRollback: (delivered, { residualId }) => ({ residualId: memory.plus(residualId, delivered) }),
    onMembershipChange: (local) => local,
  };
  return feedback;
}

/** Whether `deviceScheme` takes this text. @throws {SchemeError} if it cannot be read */
export function fitsDevice(text: string): boolean {
  const call = parseScheme(text);
  return isTopK(call) || isFeedbackOfTopK(call);
}

/** `topk(k)` or `topk(k, warmup=n)`. */
function isTopK({ name, positional, named, next }: Call): boolean {
  return name === "topk" && positional.length === 1 && [...named.keys()].every((key) => key === "warmup") && next === null;
}

/** `ef14(topk(k))`: no decay, no momentum. */
function isFeedbackOfTopK({ name, positional: [inner, ...others], named }: Call): boolean {
  return name === "ef14" && inner?.kind === "call" && isTopK(inner) && others.length === 0 && named.size === 0;
}
