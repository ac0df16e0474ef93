import type { PeerId } from "../../shared/base/transport.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import type { IceServer } from "../../shared/signaling/protocol/messages.ts";
import type { ModelFile } from "../export/model-files.ts";
import type { SelectionPlace } from "../gpu/place-selection.ts";
import type { ClientReport } from "../peer/client-report.ts";
import type { ChosenFiles } from "./session-types.ts";

/** What the page tells the worker in which its peer lives. Links cross by the port, which is transferred with `start`. */
export type ToWorker =
  | {
      readonly type: "start";
      readonly self: PeerId;
      readonly serverUrl: string;
      readonly room: string;
      readonly label: string;
      readonly config: RunConfig | null;
      /** The files that this tab begins with; then `config` is null. */
      readonly chosen: ChosenFiles | null;
      readonly softwareGpu: boolean;
      readonly selection: SelectionPlace | null;
      /** Slot of the checkpoint that this tab had before. */
      readonly slot: string | null;
      /** What a person wants to see on the console; null: nothing. */
      readonly debug: string | null;
      readonly port: MessagePort;
    }
  | { readonly type: "control"; readonly running: boolean }
  /** The answer to the report `needs-files`. */
  | { readonly type: "files"; readonly chosen: ChosenFiles }
  /** The answer to the report `needs-model`. */
  | { readonly type: "model"; readonly files: readonly File[]; readonly paths: readonly string[] }
  /** Asks for the committed model as files: the answer is `saved`, or a notice that says why there are none. */
  | { readonly type: "save" }
  | { readonly type: "leave" };

/** What the worker tells the page. */
export type FromWorker =
  | { readonly type: "report"; readonly report: ClientReport }
  | { readonly type: "ice"; readonly servers: readonly IceServer[] }
  /** The slot of this tab's checkpoint. The page remembers it, since a worker has no sessionStorage. */
  | { readonly type: "slot"; readonly slot: string }
  /** The secret of the worker's connections to the server: the page needs it for its leave beacon. */
  | { readonly type: "session"; readonly session: string }
  | { readonly type: "saved"; readonly files: readonly ModelFile[] }
  /** The answer to `leave`: the page may end the worker. */
  | { readonly type: "left" };
