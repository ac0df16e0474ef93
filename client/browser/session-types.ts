import type { LinkTraffic } from "../../shared/base/transport.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import type { SelectionPlace } from "../gpu/place-selection.ts";
import type { ClientReport } from "../peer/client-report.ts";

export interface SessionOptions {
  /** Origin of the signaling server, e.g. `https://copse.example`. */
  readonly serverUrl: string;
  readonly room: string;
  /** The configuration that this tab asks for; null: whatever the room has. */
  readonly config: RunConfig | null;
  /** Whether a graphics adapter emulated in software counts: slow, but with the same kernels as a real one. */
  readonly softwareGpu?: boolean;
  /** Where the largest entries of an update are selected on WebGPU; null or absent: wherever it is faster. */
  readonly selection?: SelectionPlace | null;
  /** Whether all links go through the room's TURN server. */
  readonly relayOnly?: boolean;
  /** For people: how the others see this tab. */
  readonly label?: string;
}

/** One peer living in this tab: its worker and its channels, from joining to leaving. */
export interface Session {
  onReport(listener: (report: TabReport) => void): () => void;
  /** Asks the room to run or to pause. */
  control(running: boolean): void;
  leave(): void;
  /** Leaves from a page that is about to go with its worker: nothing can be awaited. */
  vanish(): void;
}

export type { BackendName as Backend } from "../tfjs/on-backend.ts";

/** What a tab tells its page: the client's reports, and about once a second the traffic of the page's channels. */
export type TabReport = ClientReport | { readonly type: "traffic"; readonly links: readonly LinkTraffic[] };
