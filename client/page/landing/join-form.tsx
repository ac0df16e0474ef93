import { useState } from "preact/hooks";
import { roomPath, roomProblem } from "../route.ts";

/** The settings of a pasted link: its part after `#`. */
function fragmentIn(text: string): string {
  return /^\S*\/r\/[^#\s]*(#\S+)$/.exec(text.trim())?.[1] ?? "";
}

/** Asks for the name of a room that others are in, and opens it with the settings that it has. */
export function JoinForm() {
  const [room, setRoom] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const join = (event: Event): void => {
    event.preventDefault();
    setProblem(roomProblem(room));
    if (roomProblem(room) === null) location.assign(roomPath(room, null) + fragmentIn(room));
  };
  return (
    <form class="sheet join" onSubmit={join} noValidate aria-labelledby="join-title">
      <h2 id="join-title">Join a room</h2>
      <div class="field wide">
        <label for="join-room">Name of the room, or its link</label>
        <div class="beside">
          <input
            id="join-room"
            name="join"
            type="text"
            autocomplete="off"
            autocapitalize="off"
            spellcheck={false}
            aria-describedby="join-room-note"
            aria-invalid={problem !== null}
            value={room}
            onInput={(event) => setRoom(event.currentTarget.value)}
          />
          <button class="button" type="submit" data-testid="join-room">
            Join
          </button>
        </div>
        <p class={problem === null ? "note" : "note wrong"} id="join-room-note">
          {problem ?? "Or open the link that somebody sent you; that is all there is to it."}
        </p>
      </div>
    </form>
  );
}
