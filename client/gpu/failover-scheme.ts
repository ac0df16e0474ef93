import type { Layout } from "../../shared/base/layout.ts";
import { schemeOf } from "../../shared/compress/text/scheme-of.ts";
import type { Encoded, Exchange, Scheme } from "../../shared/compress/types.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import type { State } from "../../shared/vector/update.ts";

/**
 * The scheme of a text on a device that may be lost: `onDevice` before the loss, the CPU's after it, whose updates are arrays. The
 * residual on the device is lost with it; the CPU's begins at zero. Totals that were committed before the loss stay as they are;
 * what a later rollback gives back goes into the new residual.
 * @param isLost whether the device is gone
 */
export function failoverScheme(
  text: string,
  layout: Layout,
  onDevice: Scheme<State, State, Delta>,
  isLost: () => boolean,
): Scheme<State, State, Delta> {
  const onCpu = schemeOf(text);
  /** A state of the device has other slots (`residualId`) than one of the CPU (`residual`). */
  const slots = Object.keys(onCpu.init(layout).local).join();
  const here = (local: State): State => (Object.keys(local).join() === slots ? local : onCpu.init(layout).local);
  return {
    ...onDevice,
    *encode(x, local, replicated, context): Exchange<Encoded> {
      return yield* x instanceof Float32Array
        ? onCpu.encode(x, here(local), replicated, context)
        : onDevice.encode(x, local, replicated, context);
    },
    onExcluded(x, local) {
      if (x instanceof Float32Array) return onCpu.onExcluded(x, here(local));
      return isLost() ? here(local) : onDevice.onExcluded(x, local);
    },
    onRollback: (delivered, local) =>
      isLost() ? onCpu.onRollback(delivered, here(local)) : onDevice.onRollback(delivered, local),
    onMembershipChange: (local) => local,
  };
}
