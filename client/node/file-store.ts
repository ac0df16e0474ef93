import { basename, dirname, join } from "node:path";
import type { CheckpointStore } from "../../shared/replica/checkpoint.ts";

/** The part of a file system that a store uses. */
export interface Files {
  /** The bytes of a file; null if there is none. */
  read(path: string): Promise<Uint8Array | null>;
  /** The names in a folder. */
  list(folder: string): Promise<readonly string[]>;
  /** Writes a new file, which is on the disk once the promise has resolved. A crash before may leave any part of it. */
  write(path: string, bytes: Uint8Array): Promise<void>;
  /** Puts a file in the place of the one at `to`. After a crash one of the two is there, whole. */
  rename(from: string, to: string): Promise<void>;
}

/** Checkpoints that may be set aside; beyond them a person has to delete some. */
const maxAside = 8;

/**
 * A checkpoint in a file: written beside it, then renamed over it, so that there is always a whole one under its name.
 * `<path>.aside-1` and so on are those that were set aside, the newest with the greatest number.
 */
export function createFileStore(path: string, files: Files): CheckpointStore {
  const draft = `${path}.new`;
  const beginning = `${basename(path)}.aside-`;
  const pathOf = (number: number): string => join(dirname(path), `${beginning}${number}`);

  /** Numbers of the checkpoints that are set aside, the newest first. */
  const numbers = async (): Promise<readonly number[]> => {
    const names = (await files.list(dirname(path))).filter((name) => name.startsWith(beginning));
    const found = names.map((name) => Number(name.slice(beginning.length)));
    return found.filter((number) => Number.isSafeInteger(number) && number > 0).sort((a, b) => b - a);
  };

  /** One step at a time: a save that nobody waits for any more may still be under way, and has the draft's name. */
  let last: Promise<unknown> = Promise.resolve();
  const inTurn = <T>(step: () => Promise<T>): Promise<T> => {
    const done = last.then(step);
    last = done.catch(() => {});
    return done;
  };

  return {
    load: () => files.read(path),
    save: (bytes) =>
      inTurn(async () => {
        await files.write(draft, bytes);
        await files.rename(draft, path);
      }),
    setAside: () =>
      inTurn(async () => {
        const before = await numbers();
        if (before.length >= maxAside)
          throw new Error(`${before.length} are already; delete what you do not need of ${path}.aside-…`);
        const aside = pathOf((before[0] ?? 0) + 1);
        await files.rename(path, aside);
        return `as ${aside}`;
      }),
    takeBack: (isUsable) =>
      inTurn(async () => {
        for (const number of await numbers()) {
          // One that cannot be read must not hide an older one that can.
          const bytes = await files.read(pathOf(number)).catch(() => null);
          if (bytes === null || !isUsable(bytes)) continue;
          await files.rename(pathOf(number), path);
          return true;
        }
        return false;
      }),
  };
}
