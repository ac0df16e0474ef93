import type { PeerId } from "../../shared/base/transport.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import type { IceServer } from "../../shared/signaling/protocol/messages.ts";
import type { SelectionPlace } from "../gpu/place-selection.ts";
import type { ClientReport } from "../peer/client-report.ts";

/** What the page tells the worker in which its peer lives. Links cross by the port, which is transferred with `start`. */
export type ToWorker =
  | {
      readonly type: "start";
      readonly self: PeerId;
      readonly serverUrl: string;
      readonly room: string;
      readonly label: string;
      readonly config: RunConfig | null;
      readonly softwareGpu: boolean;
      readonly selection: SelectionPlace | null;
      /** Slot of the checkpoint that this tab had before. */
      readonly slot: string | null;
      readonly port: MessagePort;
    }
  | { readonly type: "control"; readonly running: boolean }
  | { readonly type: "leave" };

/** What the worker tells the page. */
export type FromWorker =
  | { readonly type: "report"; readonly report: ClientReport }
  | { readonly type: "ice"; readonly servers: readonly IceServer[] }
  /** The checkpoint that this tab has: to be remembered by the page, for a worker cannot. */
  | { readonly type: "slot"; readonly slot: string }
  /** The secret of its connections to the server: the page keeps it for its own last word. */
  | { readonly type: "session"; readonly session: string }
  /** The answer to `leave`: the worker may be ended. */
  | { readonly type: "left" };
