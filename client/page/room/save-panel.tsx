/** What a person can take out of a tab. */
export type Saved = "model" | "rounds";

interface SavePanelProps {
  /** Whether a round was committed since this tab came. */
  readonly hasRound: boolean;
  readonly onSave: (what: Saved) => void;
}

/** Takes the model and the rounds out of the tab, as files. */
export function SavePanel({ hasRound, onSave }: SavePanelProps) {
  return (
    <section class="save" aria-labelledby="save-title">
      <h2 id="save-title">Take it away</h2>
      <p class="note">
        The model as of the last round: model.json and weights.bin for TensorFlow.js, model.safetensors for other programs. The
        rounds: a table of losses, metrics and bytes.
      </p>
      <div class="actions">
        <button class="button" type="button" disabled={!hasRound} data-testid="save-model" onClick={() => onSave("model")}>
          Save the model
        </button>
        <button class="button" type="button" disabled={!hasRound} data-testid="save-rounds" onClick={() => onSave("rounds")}>
          Save the rounds
        </button>
      </div>
    </section>
  );
}
