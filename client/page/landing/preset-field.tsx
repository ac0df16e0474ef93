import { presets } from "../../../shared/run/presets.ts";
import { applyPreset, type FormTexts, presetIn } from "./form-texts.ts";

interface Props {
  readonly form: FormTexts;
  readonly onForm: (form: FormTexts) => void;
}

/** Chooses a published way to train: it fills in settings, which stay open to change. */
export function PresetField({ form, onForm }: Props) {
  const chosen = presetIn(form);
  const choose = (name: string): void => {
    const preset = presets.find((one) => one.name === name);
    if (preset !== undefined) onForm(applyPreset(form, preset));
  };
  return (
    <div class="field wide">
      <label for="setting-preset">Published recipe</label>
      <select
        id="setting-preset"
        aria-describedby="setting-preset-note"
        value={chosen?.name ?? ""}
        onChange={(event) => choose(event.currentTarget.value)}
      >
        <option value="">none: the settings below</option>
        {presets.map(({ name, source }) => (
          <option key={name} value={name}>
            {name} ({source})
          </option>
        ))}
      </select>
      <p class="note" id="setting-preset-note">
        {chosen?.summary ?? "Fills in the settings that a paper used; each can be changed."}
      </p>
    </div>
  );
}
