import type { ComponentChildren } from "preact";
import { useState } from "preact/hooks";
import { droppedFiles } from "../ui/dropped-files.ts";

interface DropPanelProps {
  /** Id of the heading. */
  readonly id: string;
  readonly title: string;
  readonly onFiles: (files: readonly File[], paths: readonly string[]) => void;
  /** What is in the panel: `pick` takes what an input holds. */
  readonly children: (pick: (input: HTMLInputElement) => void) => ComponentChildren;
}

/** A panel that takes files by pickers in it, or dropped on it; says so where there was none. */
export function DropPanel({ id, title, onFiles, children }: DropPanelProps) {
  const [isOver, setOver] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const take = (chosen: readonly { readonly file: File; readonly path: string }[]): void => {
    if (chosen.length === 0) return setProblem("There was no file in what you chose.");
    onFiles(
      chosen.map(({ file }) => file),
      chosen.map(({ path }) => path),
    );
  };
  const pick = (input: HTMLInputElement): void =>
    take([...(input.files ?? [])].map((file) => ({ file, path: file.webkitRelativePath || file.name })));
  const dropped = async (event: DragEvent): Promise<void> => {
    event.preventDefault();
    setOver(false);
    if (event.dataTransfer !== null) take(await droppedFiles(event.dataTransfer));
  };
  return (
    <section
      class={isOver ? "files over" : "files"}
      aria-labelledby={id}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => void dropped(event)}
    >
      <h2 id={id}>{title}</h2>
      {children(pick)}
      {problem !== null && (
        <p class="wrong" role="alert">
          {problem}
        </p>
      )}
    </section>
  );
}
