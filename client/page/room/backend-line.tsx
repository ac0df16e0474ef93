import type { RoomState } from "../state/store.ts";

const names = { webgpu: "WebGPU", webgl: "WebGL", wasm: "WebAssembly", cpu: "plain JavaScript" } as const;

interface BackendLineProps {
  readonly backend: RoomState["backend"];
  readonly selection: RoomState["selection"];
  readonly secure: boolean;
}

/** The backend of this tab and, if it is not WebGPU, why and what would help. */
export function BackendLine({ backend, selection, secure }: BackendLineProps) {
  if (backend === null) {
    return (
      <p class="backend" data-testid="backend" data-value="">
        Choosing what to compute on
      </p>
    );
  }
  return (
    <div class="backend">
      <p>
        Computing on{" "}
        <strong data-testid="backend" data-value={backend.backend}>
          {names[backend.backend]}
        </strong>
      </p>
      {backend.backend !== "webgpu" && (
        <ul class="note">
          {!secure && (
            <li>Browsers hide WebGPU on plain http from another machine: open this page over https or on localhost.</li>
          )}
          {backend.passedOver.map((sentence) => (
            <li key={sentence}>{sentence}</li>
          ))}
        </ul>
      )}
      {selection !== null && (
        <p class="note" data-testid="selection" data-value={selection.place} data-read={selection.bytesRead}>
          {selection.sentence}
        </p>
      )}
    </div>
  );
}
