import type { LinkTraffic } from "../../shared/base/transport.ts";
import type { RunConfig } from "../../shared/run/config.ts";
import type { ReadOptions } from "../data/formats/format.ts";
import type { TokenizerName } from "../data/tokenizers/tokenizer-names.ts";
import type { ModelFile } from "../export/model-files.ts";
import type { SelectionPlace } from "../gpu/place-selection.ts";
import type { ClientReport } from "../peer/client-report.ts";

export interface SessionOptions {
  /** Origin of the signaling server, e.g. `https://copse.example`. */
  readonly serverUrl: string;
  readonly room: string;
  /** The configuration that this tab asks for; null: whatever the room has. */
  readonly config: RunConfig | null;
  /** Files that the person has chosen, in a room of which each member brings its own; then `config` is null. */
  readonly chosen?: ChosenFiles;
  /** Whether a graphics adapter emulated in software counts: slow, but with the same kernels as a real one. */
  readonly softwareGpu?: boolean;
  /** Where the largest entries of an update are selected on WebGPU; null or absent: wherever it is faster. */
  readonly selection?: SelectionPlace | null;
  /** Whether all links go through the room's TURN server. */
  readonly relayOnly?: boolean;
  /** For people: how the others see this tab. */
  readonly label?: string;
}

/** Files that a person has chosen in this tab. They go to its worker and nowhere else. */
export interface ChosenFiles {
  readonly files: readonly File[];
  /** The path of each, with the folders that it lay in. */
  readonly paths: readonly string[];
  /** The column that is learned; null: the one that the files mark, or the last. */
  readonly label: string | null;
  /** What makes tokens of a text; null: its characters, or its bytes where it has many different ones. */
  readonly tokenizer: TokenizerName | null;
  /** The size that pictures are brought to, in pixels; null: all have that of the first. */
  readonly imageSize: NonNullable<ReadOptions["imageSize"]> | null;
  /** The settings that the person chose. */
  readonly asked: Partial<RunConfig>;
}

/** One peer living in this tab: its worker and its channels, from joining to leaving. */
export interface Session {
  onReport(listener: (report: TabReport) => void): () => void;
  /** Gives it the files that it has asked for. */
  give(chosen: ChosenFiles): void;
  /** Gives it the files of the model that it has asked for. */
  giveModel(files: readonly File[], paths: readonly string[]): void;
  /** Asks the room to run or to pause. */
  control(running: boolean): void;
  /** Asks for the committed model as files: the report `saved`, or a notice. */
  save(): void;
  leave(): void;
  /** Leaves from a page that is about to go with its worker: nothing can be awaited. */
  vanish(): void;
}

export type { BackendName as Backend } from "../tfjs/on-backend.ts";

/** What a tab tells its page: the client's reports, and about once a second the traffic of the page's channels. */
export type TabReport =
  | ClientReport
  /** The committed model as files, which the page gives to its person. */
  | { readonly type: "saved"; readonly files: readonly ModelFile[] }
  | { readonly type: "traffic"; readonly links: readonly LinkTraffic[] };
