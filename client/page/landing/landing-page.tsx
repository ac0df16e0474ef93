import { Brand } from "../ui/brand.tsx";
import { CopseDrawing } from "../ui/copse-drawing.tsx";
import { JoinForm } from "./join-form.tsx";
import { RoomForm } from "./room-form.tsx";

/** The start page: a sentence on what Copse is, and the forms that open and join a room. */
export function LandingPage() {
  return (
    <div class="page narrow">
      <header class="top">
        <Brand />
      </header>
      <main>
        <CopseDrawing />
        <h1 class="claim">Train one model together, tab to tab.</h1>
        <p class="lead">
          Every tab learns from data that never leaves it, and sends the others only the part of its update that matters most,
          along a tree of peers. No server ever sees a parameter.
        </p>
        <RoomForm />
        <JoinForm />
      </main>
    </div>
  );
}
