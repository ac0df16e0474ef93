import { useRef, useState } from "preact/hooks";
import type { ChosenFiles } from "../../browser/session-types.ts";
import { parseImageSize } from "../../data/parse-image-size.ts";
import { type TokenizerName, tokenizerNames } from "../../data/tokenizers/tokenizer-names.ts";
import { DropPanel } from "./drop-panel.tsx";

/** How files are read, and what is learned of them. */
export type Reading = Pick<ChosenFiles, "label" | "tokenizer" | "imageSize">;

interface FilesPanelProps {
  /** Whether others were refused. */
  readonly isAgain?: boolean;
  readonly onFiles: (files: readonly File[], paths: readonly string[], reading: Reading) => void;
}

/** Asks for the files that this tab trains on: by a picker, a picker of folders, or by dropping them. */
export function FilesPanel({ isAgain = false, onFiles }: FilesPanelProps) {
  const [label, setLabel] = useState("");
  const [tokenizer, setTokenizer] = useState<TokenizerName | null>(null);
  const [size, setSize] = useState("");
  const imageSize = parseImageSize(size);
  const isSizeWrong = size.trim() !== "" && imageSize === null;
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return (
    <DropPanel
      id="files-title"
      title={isAgain ? "Other files" : "Your files"}
      onFiles={(chosen, paths) =>
        onFiles(chosen, paths, { label: label.trim() === "" ? null : label.trim(), tokenizer, imageSize })
      }
    >
      {(pick) => (
        <>
          <p>
            {isAgain
              ? "Mend the files or choose others, and this tab tries again. They stay in this tab."
              : "In this room each member trains on files of its own. Yours stay in this tab: only updates of the model are sent. Drop a table (CSV), a text, pictures in a folder for each class, or other data here, or choose them."}
          </p>
          <input
            ref={files}
            class="unseen"
            type="file"
            multiple
            tabIndex={-1}
            aria-label="Files"
            data-testid="files"
            onChange={(event) => pick(event.currentTarget)}
          />
          <input
            ref={folder}
            class="unseen"
            type="file"
            tabIndex={-1}
            aria-label="Folder"
            data-testid="folder"
            {...{ webkitdirectory: true }}
            onChange={(event) => pick(event.currentTarget)}
          />
          <div class="field">
            <label for="files-label">Column to learn</label>
            <input
              id="files-label"
              type="text"
              autocomplete="off"
              autocapitalize="off"
              spellcheck={false}
              placeholder="the last, or the one that the file marks"
              value={label}
              onInput={(event) => setLabel(event.currentTarget.value)}
            />
            <p class="note">Of a table; other data need none.</p>
          </div>
          <details>
            <summary>Texts and pictures</summary>
            <div class="field">
              <label for="files-tokenizer">Tokens of a text</label>
              <select
                id="files-tokenizer"
                value={tokenizer ?? ""}
                onChange={({ currentTarget }) =>
                  setTokenizer(tokenizerNames.find((name) => name === currentTarget.value) ?? null)
                }
              >
                <option value="">as the text suggests</option>
                {tokenizerNames.map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
              <p class="note">
                What the model reads and writes one by one: its characters, or its bytes where more than 512 characters differ.
              </p>
            </div>
            <div class="field">
              <label for="files-size">Size of pictures</label>
              <input
                id="files-size"
                type="text"
                autocomplete="off"
                spellcheck={false}
                placeholder="that of the first"
                aria-describedby="files-size-note"
                aria-invalid={isSizeWrong}
                value={size}
                onInput={(event) => setSize(event.currentTarget.value)}
              />
              <p class={isSizeWrong ? "note wrong" : "note"} id="files-size-note">
                {isSizeWrong
                  ? "Expected a height and a width in pixels, such as 32x32. Until then pictures keep their size."
                  : "Height and width in pixels, such as 32x32, that all are brought to."}
              </p>
            </div>
          </details>
          <div class="actions">
            <button class="button primary" type="button" onClick={() => files.current?.click()}>
              {isAgain ? "Choose other files" : "Choose files"}
            </button>
            <button class="button" type="button" onClick={() => folder.current?.click()}>
              Choose a folder
            </button>
          </div>
        </>
      )}
    </DropPanel>
  );
}
