import type { PeerId } from "../../../base/transport.ts";
import type { SimulatedPeer } from "../simulated-peer.ts";
import type { World } from "../world.ts";

/** Something that goes wrong, to a peer or around one. */
export interface Fault {
  /** As typed after `--faults`. */
  readonly name: string;
  /** How often it is drawn beside others; 1 where absent. */
  readonly weight?: number;
  /** Makes it go wrong; null if there is nothing here to go wrong. */
  inject(world: World, victim: SimulatedPeer): InjectedFault | null;
}

/** What went wrong, and how it ends. */
export interface InjectedFault {
  readonly text: string;
  /** Time (ms) after which `heal` is called. */
  readonly lastsMs: number;
  heal?(): void;
  /** Who cannot do its part meanwhile; the others must go on if they are more than half. */
  readonly hindered?: readonly PeerId[];
}
