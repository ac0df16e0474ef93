import type { ComponentChildren } from "preact";
import type { Problem } from "../state/config-texts.ts";
import { caretLines } from "./caret-lines.ts";
import type { Setting } from "./settings.ts";

interface FieldProps {
  readonly setting: Setting;
  readonly text: string;
  readonly problem: Problem | undefined;
  readonly onText: (text: string) => void;
  /** Shown beside the control in place of the help, while there is no problem. */
  readonly note?: ComponentChildren;
  /** Shown below the rest. */
  readonly children?: ComponentChildren;
}

/** Characters of a picture that fit on a phone and into half a row; and into a whole row. */
const narrowPicture = 34;
const widePicture = 72;

/** One setting: its label, its control, and its help, or the problem if there is one. */
export function Field({ setting, text, problem, onText, note, children }: FieldProps) {
  const id = `setting-${setting.key}`;
  const described = { id, name: setting.key, "aria-describedby": `${id}-note`, "aria-invalid": problem !== undefined };
  const picture = setting.wide === true && innerWidth >= 640 ? widePicture : narrowPicture;
  return (
    <div class={`field ${setting.input}${setting.wide === true ? " wide" : ""}`}>
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
      <div class={problem === undefined ? "note" : "note wrong"} id={`${id}-note`} aria-live="polite">
        {problem === undefined ? (note ?? setting.help) : <ProblemNote text={text} problem={problem} width={picture} />}
      </div>
      {children}
    </div>
  );
}

interface ProblemNoteProps {
  readonly text: string;
  readonly problem: Problem;
  /** Width of the picture that shows the place of the problem, in characters. */
  readonly width: number;
}

/** The problem of a setting, and its place in the text. */
function ProblemNote({ text, problem: { sentence, position }, width }: ProblemNoteProps) {
  if (position === null) return <>{sentence}</>;
  return (
    <>
      <pre class="place" aria-hidden="true">
        {caretLines(text, position, { width }).join("\n")}
      </pre>
      <span class="unseen">At character {position + 1}: </span>
      {sentence}
    </>
  );
}
