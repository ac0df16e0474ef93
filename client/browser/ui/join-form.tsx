import { useState } from "preact/hooks";
import { roomPath, roomProblem } from "../route.ts";

/** Asks for the name of a room that others are in, and goes there with whatever settings it has. */
export function JoinForm() {
  const [room, setRoom] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const join = (event: Event): void => {
    event.preventDefault();
    const name = room.trim();
    setProblem(roomProblem(name));
    if (roomProblem(name) === null) location.assign(roomPath(name, null));
  };
  return (
    <form class="sheet join" onSubmit={join} noValidate aria-labelledby="join-title">
      <h2 id="join-title">Join a room</h2>
      <div class="field wide">
        <label for="join-room">Name of the room</label>
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
