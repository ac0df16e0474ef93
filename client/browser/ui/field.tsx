import type { Setting } from "./settings.ts";

interface FieldProps {
  readonly setting: Setting;
  readonly text: string;
  readonly problem: string | undefined;
  readonly onText: (text: string) => void;
}

/** One setting: its label, its control, and a sentence beside it, which is the problem if there is one. */
export function Field({ setting, text, problem, onText }: FieldProps) {
  const id = `setting-${setting.key}`;
  const described = { id, name: setting.key, "aria-describedby": `${id}-note`, "aria-invalid": problem !== undefined };
  return (
    <div class={`field ${setting.input}`}>
      <label for={id}>{setting.label}</label>
      {setting.input === "choice" ? (
        <select {...described} value={text} onChange={(event) => onText(event.currentTarget.value)}>
          {setting.options?.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...described}
          type="text"
          inputMode={setting.input === "number" ? "decimal" : "text"}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          list={setting.options === undefined ? undefined : `${id}-examples`}
          value={text}
          onInput={(event) => onText(event.currentTarget.value)}
        />
      )}
      {setting.input === "text" && (
        <datalist id={`${id}-examples`}>
          {setting.options?.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </datalist>
      )}
      <p class={problem === undefined ? "note" : "note wrong"} id={`${id}-note`}>
        {problem ?? setting.help}
      </p>
    </div>
  );
}
