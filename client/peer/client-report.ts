import type { Hash } from "../../shared/base/hash.ts";
import type { PeerReport } from "../../shared/run/report.ts";
import type { FileProgress } from "../data/served-files.ts";
import type { SelectionPlace } from "../gpu/place-selection.ts";
import type { BackendName } from "../tfjs/on-backend.ts";

/** The peer's own reports, and what only a client knows: on what it trains, and why not on something faster. */
export type ClientReport =
  | PeerReport
  /** Why there is no connection to the server, as a sentence with its address; once for each cause until there is one. */
  | { readonly type: "unreachable"; readonly problem: string }
  /** Before `joined`, where the data is served: so much of its files is here. */
  | ({ readonly type: "download" } & FileProgress)
  | FinalModel
  /** In words that a person can act on; null: it does so no more. */
  | { readonly type: "diverging"; readonly sentence: string | null }
  | {
      readonly type: "backend";
      readonly backend: BackendName;
      /** Sentences: why faster backends were not taken. */
      readonly passedOver: readonly string[];
    }
  | {
      /** Where it finds the largest entries of its updates; on WebGPU only, at the beginning and with each update. */
      readonly type: "selection";
      readonly place: SelectionPlace;
      readonly sentence: string;
      /** How many bytes have come back from the device for it so far; 0 on the CPU, where all of Δ comes back. */
      readonly bytesRead: number;
    };

/** How the model of the last round does on the whole held-out set. */
export interface FinalModel {
  readonly type: "evaluated";
  readonly round: number;
  readonly hash: Hash;
  /** Mean loss, and which share is right; null if it could not be tested, of which a notice says why. */
  readonly loss: number | null;
  readonly accuracy: number | null;
  /** Samples it was tested on. */
  readonly tested: number;
}
