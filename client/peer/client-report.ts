import type { PeerReport } from "../../shared/training/report.ts";
import type { BackendName } from "./trainer/choose-backend.ts";

/** The peer's own reports, and what only a client knows: on what it trains, and why not on something faster. */
export type ClientReport =
  | PeerReport
  | {
      readonly type: "backend";
      readonly backend: BackendName;
      /** Sentences: why faster backends were not taken. */
      readonly passedOver: readonly string[];
    };
