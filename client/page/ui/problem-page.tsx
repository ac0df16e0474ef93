import { Brand } from "./brand.tsx";

/** A page with one sentence on a problem, and a link to the start page. */
export function ProblemPage({ sentence }: { readonly sentence: string }) {
  return (
    <div class="page narrow">
      <header class="top">
        <Brand />
      </header>
      <main class="problem">
        <h1>That did not work</h1>
        <p role="alert" data-testid="room-state" data-phase="problem">
          {sentence}
        </p>
        <p>
          <a class="button primary" href="./">
            Back to the start
          </a>
        </p>
      </main>
    </div>
  );
}
