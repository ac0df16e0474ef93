import type { RunConfig } from "../../shared/run/config.ts";
import type { FoundFiles } from "./found-data.ts";
import type { TokenizerName } from "./tokenizers/tokenizer-names.ts";

/** A person's own files, and what they are for. */
export interface OwnData {
  readonly files: FoundFiles;
  /** The column that is learned, by its name; null: the one that the files mark, or the last. */
  readonly label: string | null;
  /** What makes tokens of a text; null or absent: its characters, or its bytes where it has many different ones. */
  readonly tokenizer?: TokenizerName | null;
  /** The settings that the person chose: a room that has others is not joined. All others follow from the files, or from the room. */
  readonly asked: Partial<RunConfig>;
  /** Takes only this part of the files, dealt as the run's partition says; null: all of them. */
  readonly take: { readonly part: number; readonly of: number } | null;
}
