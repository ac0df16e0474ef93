import { useRef, useState } from "preact/hooks";
import { DropPanel } from "./drop-panel.tsx";

interface FilesPanelProps {
  /** Whether others were refused. */
  readonly isAgain?: boolean;
  readonly onFiles: (files: readonly File[], paths: readonly string[], label: string | null) => void;
}

/** Asks for the files that this tab trains on: by a picker, a picker of folders, or by dropping them. */
export function FilesPanel({ isAgain = false, onFiles }: FilesPanelProps) {
  const [label, setLabel] = useState("");
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  return (
    <DropPanel
      id="files-title"
      title={isAgain ? "Other files" : "Your files"}
      onFiles={(chosen, paths) => onFiles(chosen, paths, label.trim() === "" ? null : label.trim())}
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
