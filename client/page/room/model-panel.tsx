import { useRef, useState } from "preact/hooks";
import { droppedFiles } from "../ui/dropped-files.ts";

interface ModelPanelProps {
  readonly onModel: (files: readonly File[], paths: readonly string[]) => void;
}

/** Asks for the model that this room begins with: by a picker, or by dropping its files. */
export function ModelPanel({ onModel }: ModelPanelProps) {
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const files = useRef<HTMLInputElement>(null);
  const take = (chosen: readonly { readonly file: File; readonly path: string }[]): void => {
    if (chosen.length === 0) return setProblem("There was no file in what you chose.");
    onModel(
      chosen.map(({ file }) => file),
      chosen.map(({ path }) => path),
    );
  };
  const dropped = async (event: DragEvent): Promise<void> => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer !== null) take(await droppedFiles(event.dataTransfer));
  };
  return (
    <section
      class={isOver ? "files over" : "files"}
      aria-labelledby="model-title"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => void dropped(event)}
    >
      <h2 id="model-title">Your model</h2>
      <p>
        This room begins with a model that its members bring. Choose its files, all at once: a model.json with its weight files,
        or what “Take it away” of a room gave you (model.json, weights.bin, model.safetensors). All members need the same ones.
      </p>
      <input
        ref={files}
        class="unseen"
        type="file"
        multiple
        tabIndex={-1}
        aria-label="Files of the model"
        data-testid="model-files"
        onChange={({ currentTarget }) => take([...(currentTarget.files ?? [])].map((file) => ({ file, path: file.name })))}
      />
      <div class="actions">
        <button class="button primary" type="button" onClick={() => files.current?.click()}>
          Choose the model’s files
        </button>
      </div>
      {problem !== null && (
        <p class="wrong" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
