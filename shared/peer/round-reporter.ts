import type { Clock } from "../base/clock.ts";
import type { Hash } from "../base/hash.ts";
import type { Tip } from "../base/tip.ts";
import type { LinkTraffic, PeerId } from "../base/transport.ts";
import type { Decision } from "../reduce/all-reduce-types.ts";
import type { Reconciled } from "../replica/reconcile.ts";
import { confusionOf } from "../run/confusion.ts";
import type { PeerReport } from "../run/report.ts";
import { metricsOf, type TaskName } from "../run/tasks.ts";
import { countOf } from "../tree/contributors.ts";
import type { ByteBreakdown } from "../wire/byte-breakdown.ts";

/** What a round cost, beside what the links count. */
interface Account {
  /** d. */
  readonly parameters: number;
  readonly task: TaskName;
  /** K of the confusion matrix in the sums; 0: there is none. */
  readonly classes: number;
  readonly payload: ByteBreakdown;
}

/** Turns commits into reports with the bytes they cost, in order, although the links count asynchronously. */
export interface RoundReporter {
  /** α̂ of the open round's compression. */
  probed(measured: number): void;
  /** This peer trains for this round from now on. */
  training(round: number): void;
  committed(tip: Tip, decision: Decision, account: Account): void;
  confirmed(round: number, hash: Hash): void;
  reconciled(outcome: Reconciled): void;
  finished(tip: Tip): void;
}

export function createRoundReporter(
  traffic: () => Promise<readonly LinkTraffic[]>,
  clock: Clock,
  report: (report: PeerReport) => void,
): RoundReporter {
  const meter = createMeter();
  let queue = Promise.resolve();
  let began: { readonly round: number; readonly atMs: number } | null = null;
  const later = (told: PeerReport): void => {
    queue = queue.then(() => report(told));
  };
  let alpha: number | null = null;
  return {
    probed(measured) {
      alpha = measured;
    },
    training(round) {
      // Trained for again after a failure, it is the same round still.
      if (began?.round !== round) began = { round, atMs: clock.now() };
    },
    committed(tip, decision, { parameters, task, classes, payload }) {
      const measured = decision.counted ? alpha : null;
      alpha = null;
      const seconds = began?.round === tip.round ? (clock.now() - began.atMs) / 1_000 : null;
      const { contributors, metrics } = decision.part;
      const tested = { sums: metrics.sums, count: metrics.tested };
      const means = metricsOf(task, tested);
      queue = queue.then(async () => {
        const bytes = meter(await traffic());
        report({
          type: "round",
          round: tip.round,
          hash: tip.hash,
          members: contributors.members,
          contributors: countOf(contributors),
          counted: decision.counted,
          trainingLoss: metrics.samples > 0 ? metrics.trainingLoss / metrics.samples : null,
          evaluated: tip.round - 1,
          metrics: means,
          loss: means["loss"] ?? null,
          accuracy: means["accuracy"] ?? null,
          confusion: confusionOf(tested, classes),
          bytesSent: bytes.sent,
          bytesReceived: bytes.received,
          payload,
          wireBytesSent: bytes.wireSent,
          alpha: measured,
          denseBytes: (contributors.members - 1) * 4 * parameters,
          seconds,
        });
      });
    },
    confirmed: (round, hash) => later({ type: "confirmed", round, hash }),
    reconciled({ withdrawn, corrections }) {
      for (const { round, hash } of withdrawn) later({ type: "withdrawn", round, hash });
      for (const correction of corrections) later({ type: "recounted", ...correction });
    },
    finished: ({ round, hash }) => later({ type: "finished", round, hash }),
  };
}

/** Bytes since the last reading; a link that was dialled anew starts at zero again. */
function createMeter(): (traffic: readonly LinkTraffic[]) => { sent: number; received: number; wireSent: number | null } {
  let last = new Map<PeerId, LinkTraffic>();
  return (traffic) => {
    const total: ReturnType<ReturnType<typeof createMeter>> = { sent: 0, received: 0, wireSent: null };
    for (const link of traffic) {
      const before = last.get(link.peer);
      const isSame = before !== undefined && link.sent >= before.sent && link.received >= before.received;
      total.sent += link.sent - (isSame ? before.sent : 0);
      total.received += link.received - (isSame ? before.received : 0);
      if (link.wireSent !== null) {
        const wireBefore = isSame ? (before.wireSent ?? 0) : 0;
        total.wireSent = (total.wireSent ?? 0) + Math.max(0, link.wireSent - wireBefore);
      }
    }
    last = new Map(traffic.map((link) => [link.peer, link]));
    return total;
  };
}
