import { useState } from "preact/hooks";
import { readConfig } from "../config-texts.ts";
import { roomPath, roomProblem } from "../route.ts";
import { Field } from "./field.tsx";
import { type FormTexts, initialTexts, typeText } from "./form-texts.ts";
import { roomName } from "./room-name.ts";
import { settings } from "./settings.ts";

const uniform = (): number => crypto.getRandomValues(new Uint32Array(1))[0]! / 2 ** 32;

/** Asks for a run's settings and goes to a fresh room with them. */
export function RoomForm() {
  const [room, setRoom] = useState(() => roomName(uniform));
  const [{ texts }, setForm] = useState(initialTexts);
  const [submitted, setSubmitted] = useState(false);
  const reading = readConfig(texts);
  const problems = reading.ok || !submitted ? new Map<string, string>() : reading.problems;
  const badName = submitted ? roomProblem(room) : null;
  const wrongInside = settings.some(({ key, advanced }) => advanced && problems.has(key));

  const open = (event: Event): void => {
    event.preventDefault();
    setSubmitted(true);
    if (reading.ok && roomProblem(room) === null) location.assign(roomPath(room, reading.config));
    else requestAnimationFrame(() => document.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  const fields = (advanced: boolean) =>
    settings
      .filter((setting) => setting.advanced === advanced && (setting.applies?.(texts) ?? true))
      .map((setting) => (
        <Field
          key={setting.key}
          setting={setting}
          text={texts[setting.key]}
          problem={problems.get(setting.key)}
          onText={(text) => setForm((old: FormTexts) => typeText(old, setting.key, text))}
        />
      ));

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
      <div class="fields">{fields(false)}</div>
      <details open={wrongInside || undefined}>
        <summary>More settings</summary>
        <div class="fields">{fields(true)}</div>
      </details>
      <button class="button primary" type="submit" data-testid="open-room">
        Open the room
      </button>
    </form>
  );
}
