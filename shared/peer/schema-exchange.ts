import type { Clock } from "../base/clock.ts";
import type { Hash, Hasher } from "../base/hash.ts";
import type { PeerId } from "../base/transport.ts";
import { WireError } from "../base/wire-error.ts";
import { maxLongSchemaBytes } from "../run/long-schema.ts";
import { RunError } from "../run/read-run.ts";
import { decodeSchemaMessage, encodeSchemaMessage, type SchemaMessage } from "../wire/schema-message.ts";

/** How long (ms) a peer that was asked may take: 256 KiB at 70 kbit/s. Then its link is reported, and the server names another donor. */
const answerMs = 30_000;
/** How long (ms) a schema is waited for in all: nobody who has it may be in the room. */
const seekMs = 120_000;

interface SchemaExchangeHost {
  readonly clock: Clock;
  readonly hasher: Hasher;
  /** Schemas that this peer has. */
  readonly brought: readonly string[];
  /** Takes ownership of `bytes`; never rejects. */
  send(to: PeerId, bytes: Uint8Array): Promise<void>;
  /** What this peer says is of no use. */
  mute(peer: PeerId, reason: string): void;
}

/**
 * Gets the schema of a run whose text has only its digest from the peers at the other end of this one's links, and gives it to them. Each
 * is asked once a link, and answered once.
 */
export interface SchemaExchange {
  /** The schema with that digest. @throws {RunError} (as a rejection) if nobody gives it within two minutes */
  find(digest: Hash): Promise<string>;
  /** Whether a schema is waited for. */
  readonly isSeeking: boolean;
  /** The one that was found; empty where none was looked for. */
  readonly text: string;
  opened(peer: PeerId): void;
  lost(peer: PeerId): void;
  /** Whether the message was for this exchange. Whatever the bytes are, this returns. */
  receive(from: PeerId, bytes: Uint8Array): boolean;
  close(): void;
}

/** A schema that is waited for. */
interface Seeking {
  readonly digest: Hash;
  readonly found: (text: string) => void;
  readonly cancel: () => void;
}

export function createSchemaExchange(host: SchemaExchangeHost): SchemaExchange {
  const { clock, hasher, brought } = host;
  const open = new Set<PeerId>();
  /** Peers that were asked and have not answered: ends the wait. */
  const asked = new Map<PeerId, () => void>();
  /** Who asked for what while it was not here. */
  const askers = new Map<PeerId, Hash>();
  /** Who was given it over the present link. */
  const given = new Set<PeerId>();
  let had: { readonly digest: Hash; readonly text: string } | null = null;
  let seeking: Seeking | null = null;

  const settle = (peer: PeerId): boolean => {
    asked.get(peer)?.();
    return asked.delete(peer);
  };
  const fail = (peer: PeerId, reason: string): void => {
    if (settle(peer)) host.mute(peer, reason);
  };
  const ask = (peer: PeerId, digest: Hash): void => {
    if (asked.has(peer)) return;
    asked.set(
      peer,
      clock.after(answerMs, () => fail(peer, `it gave no schema within ${answerMs / 1_000} s`)),
    );
    void host.send(peer, encodeSchemaMessage({ digest, text: null }));
  };
  const answer = (peer: PeerId, digest: Hash): void => {
    if (had?.digest !== digest) {
      askers.set(peer, digest);
    } else if (!given.has(peer)) {
      given.add(peer);
      void host.send(peer, encodeSchemaMessage(had));
    }
  };
  const keep = (digest: Hash, text: string): string => {
    had = { digest, text };
    for (const [peer, wanted] of askers) answer(peer, wanted);
    askers.clear();
    return text;
  };
  const end = (): void => {
    seeking?.cancel();
    seeking = null;
    for (const peer of [...asked.keys()]) settle(peer);
  };
  const take = (from: PeerId, { digest, text }: SchemaMessage & { readonly text: string }): boolean => {
    if (seeking?.digest !== digest || !asked.has(from)) return false;
    if (hasher(text) !== digest) {
      fail(from, "it gave a schema of another digest than the run's");
      return true;
    }
    const { found } = seeking;
    end();
    found(keep(digest, text));
    return true;
  };

  return {
    find(digest) {
      const own = [had?.text ?? "", ...brought].find((text) => text !== "" && hasher(text) === digest);
      if (own !== undefined) return Promise.resolve(keep(digest, own));
      return new Promise((found, failed) => {
        const giveUp = (): void => {
          end();
          failed(new RunError(absent(digest)));
        };
        seeking = { digest, found, cancel: clock.after(seekMs, giveUp) };
        for (const peer of open) ask(peer, digest);
      });
    },
    get isSeeking() {
      return seeking !== null;
    },
    get text() {
      return had?.text ?? "";
    },
    opened(peer) {
      open.add(peer);
      if (seeking !== null) ask(peer, seeking.digest);
    },
    lost(peer) {
      open.delete(peer);
      given.delete(peer);
      askers.delete(peer);
      settle(peer);
    },
    receive(from, bytes) {
      try {
        const message = decodeSchemaMessage(bytes, maxLongSchemaBytes);
        if (message === null) return false;
        const { digest, text } = message;
        if (text !== null) return take(from, { digest, text });
        if (open.has(from)) answer(from, digest);
        return true;
      } catch (cause) {
        if (!(cause instanceof WireError)) throw cause;
        return false;
      }
    },
    close: end,
  };
}

function absent(digest: Hash): string {
  return (
    `this room's data have more names of columns and classes than its run's text holds, and nobody who has them (${digest}) gave them ` +
    `within ${seekMs / 1_000} s: a member that trains has to be here`
  );
}
