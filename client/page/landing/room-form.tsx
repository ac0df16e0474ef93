import { useState } from "preact/hooks";
import { roomPath, roomProblem } from "../route.ts";
import type { Problem } from "../state/config-texts.ts";
import { Field } from "./field.tsx";
import { type FormTexts, initialTexts, typeText } from "./form-texts.ts";
import { OfferField } from "./offer-field.tsx";
import { offers } from "./offers.ts";
import { PresetField } from "./preset-field.tsx";
import { readForm } from "./read-form.ts";
import { roomName } from "./room-name.ts";
import { useServedData } from "./served-data.ts";
import { type Setting, sections, settings } from "./settings.ts";

const uniform = (): number => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;

/** The choice of data on a server that has none. */
function withoutServed(setting: Setting): Setting {
  return { ...setting, options: (setting.options ?? []).filter(([value]) => value !== "served") };
}

/** Asks for a run's settings and goes to a fresh room with them. */
export function RoomForm() {
  const [room, setRoom] = useState(() => roomName(uniform));
  const [form, setForm] = useState(initialTexts);
  const { texts } = form;
  const [submitted, setSubmitted] = useState(false);
  const [isMoreOpen, setMoreOpen] = useState(false);
  const reading = readForm(texts);
  const wrong: ReadonlyMap<string, Problem> = reading.ok ? new Map() : reading.problems;
  const badName = submitted ? roomProblem(room) : null;
  const isServed = useServedData();
  const shown = settings
    .filter(({ applies }) => applies?.(texts) ?? true)
    .map((setting) => (setting.key === "data" && !isServed ? withoutServed(setting) : setting));
  const unfinished = [
    ...(badName === null ? [] : ["Name"]),
    ...settings.filter(({ key }) => wrong.has(key)).map(({ label }) => label),
  ];
  // A text is judged as it is typed; half a number or a name only when the form is sent.
  const problemOf = ({ key, input }: Setting): Problem | undefined =>
    submitted || input === "text" ? wrong.get(key) : undefined;

  const open = (event: Event): void => {
    event.preventDefault();
    setSubmitted(true);
    if (reading.ok && roomProblem(room) === null) {
      location.assign(roomPath(room, reading.config));
      return;
    }
    if (settings.some(({ key, advanced }) => advanced && wrong.has(key))) setMoreOpen(true);
    requestAnimationFrame(() => document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  const field = (setting: Setting) => {
    const { key } = setting;
    const props = {
      setting,
      text: texts[key],
      problem: problemOf(setting),
      onText: (text: string) => setForm((old: FormTexts) => typeText(old, key, text)),
    };
    const offer = offers[key]?.(texts[key]);
    return offer === undefined ? <Field key={key} {...props} /> : <OfferField key={key} {...props} offer={offer} />;
  };

  return (
    <form class="sheet" onSubmit={open} noValidate aria-labelledby="open-title">
      <h2 id="open-title">Open a room</h2>
      <div class="field wide">
        <label for="new-room">Name</label>
        <input
          id="new-room"
          name="room"
          type="text"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          aria-describedby="new-room-note"
          aria-invalid={badName !== null}
          value={room}
          onInput={(event) => setRoom(event.currentTarget.value)}
        />
        <p class={badName === null ? "note" : "note wrong"} id="new-room-note">
          {badName ?? "Whoever has the link can join."}
        </p>
      </div>
      <div class="fields">{shown.filter(({ advanced }) => !advanced).map(field)}</div>
      <details open={isMoreOpen} onToggle={(event) => setMoreOpen(event.currentTarget.open)}>
        <summary>More settings</summary>
        <div class="fields">
          <PresetField form={form} onForm={setForm} />
        </div>
        {sections.map((section) => (
          <fieldset key={section}>
            <legend>{section}</legend>
            <div class="fields">{shown.filter((setting) => setting.advanced && setting.section === section).map(field)}</div>
          </fieldset>
        ))}
      </details>
      <button class="button primary" type="submit" data-testid="open-room">
        Open the room
      </button>
      {submitted && unfinished.length > 0 && (
        <p class="note wrong" role="alert">
          The room was not opened: see what is said under {unfinished.join(", ")}.
        </p>
      )}
    </form>
  );
}
