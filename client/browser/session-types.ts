import type { RunConfig } from "../../shared/training/config.ts";
import type { PeerReport } from "../../shared/training/report.ts";
import type { LinkTraffic } from "../../shared/transport.ts";

export interface SessionOptions {
  /** Origin of the signaling server, e.g. `https://copse.example`. */
  readonly serverUrl: string;
  readonly room: string;
  /** What this tab asks for; null takes whatever the room has. */
  readonly config: RunConfig | null;
  /** For people: how the others see this tab. */
  readonly label?: string;
}

/** One peer living in this tab: its worker and its channels, from joining to leaving. */
export interface Session {
  onReport(listener: (report: TabReport) => void): () => void;
  /** Asks the room to run or to pause. */
  control(running: boolean): void;
  leave(): void;
}

/** What computes: from the fastest to the slowest. */
export type Backend = "webgpu" | "webgl" | "wasm" | "cpu";

/** What a tab tells its page: the peer's own reports, and what only a tab knows. */
export type TabReport =
  | PeerReport
  | {
      readonly type: "backend";
      readonly backend: Backend;
      /** Sentences: why faster backends were not taken. */
      readonly passedOver: readonly string[];
    }
  /** About once a second, from the page's channels. */
  | { readonly type: "traffic"; readonly links: readonly LinkTraffic[] };
