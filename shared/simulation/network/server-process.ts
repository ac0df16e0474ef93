import type { Hasher } from "../../base/hash.ts";
import type { ClientMessage } from "../../signaling/protocol/messages.ts";
import { createLobby, type Lobby, type LobbyEvent } from "../../signaling/room/lobby.ts";
import type { Effect } from "../../signaling/roster/effects.ts";
import { patientStartMs } from "../../signaling/roster/pacing.ts";
import type { VirtualClock } from "./virtual-clock.ts";

/** Those who have the run's rounds are back by then, or never. */
const maxForgottenMs = 60_000;

/** What the lobby wants done on its sockets. */
export type SocketEffect = Exclude<Effect, { readonly kind: "wake" }>;

interface ServerProcessOptions {
  readonly clock: VirtualClock;
  readonly hasher: Hasher;
  /** What the server's clock shows at time 0. */
  readonly startMs: number;
  carryOut(effect: SocketEffect): void;
}

/** The lobby and its rooms in a process that dies, stands still, and comes back empty. */
export interface ServerProcess {
  handle(event: LobbyEvent): void;
  /** What it knew is gone. */
  die(): void;
  /**
   * It is there again, and knows nothing; its clock is `clockStepMs` later (or earlier).
   * @param isRemembered whether anybody still has the run's rounds
   */
  restart(clockStepMs: number, options: { readonly isRemembered: boolean }): void;
  /** It answers nothing for now; what it is told, it handles afterwards. Returns the end of that. */
  hang(): () => void;
  /**
   * Whether a client reaches it. Nobody who has no rounds reaches one that came back empty before somebody who has: of a run that
   * neither the server nor those who reach it know anything about, they cannot but begin another.
   */
  admits(client: { readonly hasRounds: boolean }): boolean;
  /** Whether it is there, and does not hang. */
  readonly answers: boolean;
}

export function createServerProcess({ clock, hasher, startMs, carryOut }: ServerProcessOptions): ServerProcess {
  let clockMs = startMs;
  let lobby: Lobby | null = start(0);
  let hangs = 0;
  let waiting: LobbyEvent[] = [];
  let cancelWake = (): void => {};
  /** Until when one that came back empty is not found by those who have no rounds. */
  let forgottenUntil = 0;

  function start(patienceMs: number): Lobby {
    const pacing = { startMs: patienceMs };
    return createLobby({ iceServers: [], hashOf: (text) => hasher(text), pacing, bornAt: clockMs + clock.now() });
  }

  function handle(event: LobbyEvent): void {
    if (lobby === null) return;
    if (event.kind === "message" && tellsOfRounds(event.message)) forgottenUntil = 0;
    if (hangs > 0) {
      waiting.push(event);
      return;
    }
    for (const effect of lobby.handle(event, clockMs + clock.now())) {
      if (effect.kind === "wake") wakeAt(effect.at);
      else carryOut(effect);
    }
  }

  function wakeAt(at: number): void {
    cancelWake();
    cancelWake = clock.after(Math.max(1, Math.ceil(at - clockMs - clock.now())), () => handle({ kind: "tick" }));
  }

  return {
    handle,
    die() {
      lobby = null;
      waiting = [];
      cancelWake();
    },
    restart(clockStepMs, { isRemembered }) {
      clockMs += clockStepMs;
      lobby = start(patientStartMs);
      forgottenUntil = isRemembered ? clock.now() + maxForgottenMs : 0;
    },
    hang() {
      hangs += 1;
      return () => {
        hangs -= 1;
        if (hangs > 0) return;
        for (const event of [...waiting.splice(0), { kind: "tick" } as const]) handle(event);
      };
    },
    admits: ({ hasRounds }) => lobby !== null && (hasRounds || clock.now() >= forgottenUntil),
    get answers() {
      return lobby !== null && hangs === 0;
    },
  };
}

function tellsOfRounds(message: unknown): boolean {
  const { kind, tip } = message as ClientMessage & { readonly tip?: { readonly round: number } | null };
  return kind === "hello" && (tip?.round ?? 0) > 0;
}
