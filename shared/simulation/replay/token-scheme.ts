import type { LocalAsk, Scheme } from "../../compress/types.ts";
import type { State } from "../../vector/update.ts";
import { zeroUpdate } from "../../vector/update.ts";
import type { RecordedAsk } from "./passage.ts";
import { Token } from "./token.ts";
import { zeros } from "./zeros.ts";

/** A vector of d floats that is on no device. */
const nowhere = (length: number): Extract<LocalAsk, { readonly kind: "largest" }>["of"] => ({
  length,
  scaled: () => new Promise(() => {}),
  largest: () => new Promise(() => {}),
});

/**
 * A scheme that computes nothing: its sums have the shapes of the given one's, and hold tokens. What a round decides depends on a
 * scheme in two ways alone, and by these it is the same: whether its own state is a function of the chain, and what it asks for.
 * @param asked what the method asks of its peer before it gives its summand of a phase, as the trace says; null: nothing. `isLater`: the
 *   phase has just begun, after another
 */
export function tokenScheme(real: Scheme, asked: (isLater: boolean) => RecordedAsk | null): Scheme {
  let dependsOnChain: boolean | null = null;
  return {
    weighting: real.weighting,
    conserves: real.conserves,
    init: (layout) => real.init(layout),
    // Summands side by side: nobody looks at their numbers.
    phases: (layout, stage) => real.phases(layout, stage).map(({ length }) => ({ length, merge: { kind: "gather" } })),
    *encode(_x, local, _replicated, { layout, round, members }) {
      for (const [phase, { length }] of real.phases(layout, { round, members }).entries()) {
        for (let ask = asked(phase > 0); ask !== null; ask = asked(false)) {
          if (ask.kind === "gradient") yield { kind: "gradient", at: zeros(layout.length), batch: ask.batch };
          else yield { kind: "largest", of: nowhere(layout.length), count: ask.count };
        }
        yield { kind: "reduce", update: new Token(length) };
      }
      return { local, delivered: new Token(layout.length) };
    },
    decode: (_totals, _weight, replicated, { layout }) => ({ estimate: zeroUpdate(layout.length), replicated }),
    onExcluded: (_x, local) => local,
    onRollback: (_delivered, local) => local,
    onMembershipChange(local, replicated) {
      dependsOnChain ??= real.onMembershipChange(local, replicated) !== local;
      return dependsOnChain ? { ...local } : (local satisfies State);
    },
  };
}
