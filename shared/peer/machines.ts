import { Membership } from "../membership/membership.ts";
import { AllReduce } from "../reduce/all-reduce.ts";
import { Chain } from "../replica/chain.ts";
import { Outbox } from "../sync/outbox.ts";
import { PeerInbox } from "../sync/peer-inbox.ts";
import { ReplicaSync } from "../sync/replica-sync.ts";
import type { View } from "../sync/view.ts";
import { mailboxBytes } from "../wire/limits.ts";
import { createCodec } from "../wire/message-code.ts";
import { sumShapesOf } from "../wire/sum-shape.ts";
import { LocalWork } from "./local-work.ts";
import type { RoundOptions } from "./round-options.ts";
import { createRoundTimers, type RoundTimers } from "./round-timers.ts";
import type { RoundEvent } from "./step.ts";
import { Training } from "./training.ts";

/** What one peer's rounds are made of. None of these knows another but by the one `View`; what they decide they return. */
export interface Machines {
  readonly chain: Chain;
  readonly sums: AllReduce;
  readonly membership: Membership;
  readonly sync: ReplicaSync;
  readonly inbox: PeerInbox;
  readonly work: LocalWork;
  /** These three do what takes time: they send, train and wait. */
  readonly outbox: Outbox;
  readonly training: Training;
  readonly timers: RoundTimers;
}

/** @param dispatch told what came of what takes time */
export function createMachines(options: RoundOptions, dispatch: (event: RoundEvent) => void): Machines {
  const { scheme, trainer, config, clock, host, standing } = options;
  const { layout } = trainer;
  const shapes = sumShapesOf(scheme.phases(layout, { round: 1, members: 1 }), layout.statistics);
  const codec = options.codec ?? createCodec(config.tree, layout.length, shapes);
  const chain = new Chain(options);
  if (standing?.chain.isVoid === false) chain.remember(chain.replica.local ?? scheme.init(layout).local);
  const sums = new AllReduce(scheme, layout, chain.replica, chain.contextOf);
  const membership = new Membership(host);
  const outbox = new Outbox(codec, (to, bytes) => host.send(to, bytes));
  const view: View = { chain, sums, membership, isOpen: (peer) => host.isOpen(peer) };
  const sync = new ReplicaSync(view, (message) => outbox.encode(message), options.pieceBytes);
  const work = new LocalWork(view);
  if (standing !== undefined) {
    membership.resume(standing.membership);
    sums.resume(standing.membership.near?.treePosition ?? null, standing.sums);
    sync.resume(standing.sync);
    work.resume(standing.work);
  }
  return {
    ...{ chain, sums, membership, outbox, sync, work },
    inbox: new PeerInbox(codec, view, {
      mailboxBytes: mailboxBytes(layout.length, chain.replica.replicated),
      loggedAfter: (round) => sync.hashAfter(round),
    }),
    training: new Training(options, view, dispatch),
    timers: createRoundTimers(clock, config, dispatch),
  };
}
