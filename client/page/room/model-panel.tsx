import { useRef } from "preact/hooks";
import { DropPanel } from "./drop-panel.tsx";

interface ModelPanelProps {
  readonly onModel: (files: readonly File[], paths: readonly string[]) => void;
}

/** Asks for the model that this room begins with: by a picker, or by dropping its files. */
export function ModelPanel({ onModel }: ModelPanelProps) {
  const files = useRef<HTMLInputElement>(null);
  return (
    <DropPanel id="model-title" title="Your model" onFiles={onModel}>
      {(pick) => (
        <>
          <p>
            This room begins with a model that its members bring. Choose its files, all at once: a model.json with its weight
            files, or what “Take it away” of a room gave you (model.json, weights.bin, model.safetensors). All members need the
            same ones.
          </p>
          <input
            ref={files}
            class="unseen"
            type="file"
            multiple
            tabIndex={-1}
            aria-label="Files of the model"
            data-testid="model-files"
            onChange={(event) => pick(event.currentTarget)}
          />
          <div class="actions">
            <button class="button primary" type="button" onClick={() => files.current?.click()}>
              Choose the model’s files
            </button>
          </div>
        </>
      )}
    </DropPanel>
  );
}
