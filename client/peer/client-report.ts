import type { Hash } from "../../shared/base/hash.ts";
import type { Confusion } from "../../shared/run/confusion.ts";
import type { PeerReport } from "../../shared/run/report.ts";
import type { MetricMeans } from "../../shared/run/tasks.ts";
import type { DealtCounts } from "../data/load-data.ts";
import type { FileProgress } from "../data/served-files.ts";
import type { SelectionPlace } from "../gpu/place-selection.ts";
import type { BackendName } from "../tfjs/on-backend.ts";

/** The peer's own reports, and those of the client around it: backend, downloads, connection. */
export type ClientReport =
  | PeerReport
  /** Why there is no connection to the server, as a sentence with its address; once for each cause until there is one. */
  | { readonly type: "unreachable"; readonly problem: string }
  /** Before `joined`, where the server serves what is trained on, or the model that the run begins with: how far its download is. */
  | Download
  /** Before `joined`, where data that all peers have in common are dealt: what this peer has of each class. */
  | ({ readonly type: "dealt" } & DealtCounts)
  /** Before `joined`: this peer waits for the files that its person is asked for. */
  | { readonly type: "needs-files" }
  /** How far those files are read, in bytes. */
  | { readonly type: "reading"; readonly read: number; readonly total: number }
  /** Before `joined`: this peer waits for the model that its person is asked for. */
  | { readonly type: "needs-model" }
  | FinalModel
  /** A sentence that a person can act on; null once the run diverges no more. */
  | { readonly type: "diverging"; readonly sentence: string | null }
  | {
      readonly type: "backend";
      readonly backend: BackendName;
      /** Why faster backends were not taken, in sentences. */
      readonly passedOver: readonly string[];
    }
  | {
      /** Where the largest entries of updates are selected; on WebGPU only, at the beginning and with each update. */
      readonly type: "selection";
      readonly place: SelectionPlace;
      readonly sentence: string;
      /** Bytes that selections have read back from the device so far; 0 on the CPU, where the whole Δ is read back. */
      readonly bytesRead: number;
    };

export interface Download extends FileProgress {
  readonly type: "download";
  readonly what: "data" | "model";
}

/** The test of the last model on the whole held-out set. */
export interface FinalModel {
  readonly type: "evaluated";
  readonly round: number;
  readonly hash: Hash;
  /** Means of the task's metrics by name; empty if the model could not be tested, of which a notice says why. */
  readonly metrics: MetricMeans;
  /** Mean loss; null if the model could not be tested. */
  readonly loss: number | null;
  readonly accuracy: number | null;
  /** How many of each class were taken for which; null where there are more than 4 classes or none, or the model could not be tested. */
  readonly confusion: Confusion | null;
  /** Samples it was tested on. */
  readonly tested: number;
}
