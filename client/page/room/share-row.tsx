import { useRef, useState } from "preact/hooks";
import { copyText } from "../ui/copy-text.ts";

/** The room's link, with a button that copies it. */
export function ShareRow({ link }: { readonly link: string }) {
  const field = useRef<HTMLInputElement>(null);
  const [said, setSaid] = useState("");
  const copy = async (): Promise<void> => {
    if (field.current === null) return;
    setSaid((await copyText(field.current)) ? "Copied" : "Press Ctrl or ⌘ and C to copy");
  };
  return (
    <div class="share">
      <label class="unseen" for="room-link">
        Link to this room
      </label>
      <input id="room-link" ref={field} type="text" readOnly value={link} onFocus={(event) => event.currentTarget.select()} />
      <button class="button" type="button" onClick={copy}>
        Copy link
      </button>
      <span class="said" role="status">
        {said}
      </span>
    </div>
  );
}
