import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { openCheckpointFolder } from "../../../client/node/checkpoint-folder.ts";
import { createFileStore, type Files } from "../../../client/node/file-store.ts";
import { startMarkOf } from "../../../client/node/start-mark.ts";

/** A disk that loses power after so many steps; a byte that is written is a step. */
function diskOf(steps: number) {
  const content = new Map<string, Uint8Array>();
  let left = steps;
  class PowerCut extends Error {}
  const step = (): void => {
    if (left === 0) throw new PowerCut();
    left -= 1;
  };
  const files: Files = {
    read: async (path) => content.get(path) ?? null,
    async write(path, bytes) {
      step();
      content.set(path, new Uint8Array(0));
      for (let length = 1; length <= bytes.length; length += 1) {
        step();
        content.set(path, bytes.slice(0, length));
      }
    },
    async rename(from, to) {
      step();
      content.set(to, content.get(from)!);
      content.delete(from);
    },
    list: async () => [...content.keys()],
  };
  return { files, repair: () => (left = Number.POSITIVE_INFINITY) };
}

async function folderOf(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "copse-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const pidIn = async (lock: string): Promise<number> => Number.parseInt(await readFile(lock, "utf8"), 10);

const old = Uint8Array.of(1, 2, 3, 4, 5, 6, 7);
const next = Uint8Array.of(9, 8, 7, 6, 5);

describe("a checkpoint's file", () => {
  it("is the old one or all of the new one, at whichever step a save is cut off, and takes the next save", async () => {
    const first = old.length + 2;
    const seen = new Set<string>();
    for (let steps = 0; steps <= first + next.length + 2; steps += 1) {
      const disk = diskOf(steps);
      const store = createFileStore("x", disk.files);
      const saved: Uint8Array[] = [];
      try {
        for (const bytes of [old, next]) {
          await store.save(bytes);
          saved.push(bytes);
        }
      } catch {}
      disk.repair();
      const found = await store.load();
      expect([saved.at(-1) ?? null, [old, next][saved.length] ?? null]).toContainEqual(found);
      seen.add(String(found));
      await store.save(next);
      expect(await store.load()).toEqual(next);
    }
    expect(seen).toEqual(new Set(["null", String(old), String(next)]));
  });

  it("lies in a folder that is made, outlives the peer, and is one peer's at a time", async () => {
    const folder = join(await folderOf(), "deep", "er");
    const first = await openCheckpointFolder(folder, "grove");
    expect(await first.store.load()).toBeNull();
    await first.store.save(old);
    await writeFile(join(folder, "grove.checkpoint.lock"), String(process.ppid));
    await expect(openCheckpointFolder(folder, "grove")).rejects.toThrow(
      new RegExp(`expected a checkpoint that no other peer uses, got one that process ${process.ppid} has`),
    );
    const other = await openCheckpointFolder(folder, "glade");
    expect(await other.store.load()).toBeNull();
    await first.close();
    const second = await openCheckpointFolder(folder, "grove");
    expect(await second.store.load()).toEqual(Buffer.from(old));
    expect(await second.store.setAside()).toBe(`as ${join(folder, "grove.checkpoint.aside-1")}`);
    expect(await second.store.load()).toBeNull();
    expect((await readdir(folder)).sort()).toEqual([
      "glade.checkpoint.lock",
      "grove.checkpoint.aside-1",
      "grove.checkpoint.lock",
    ]);
  });

  it("is set aside under a name of its own each time, and the newest that is usable is taken back", async () => {
    const folder = await folderOf();
    const { store } = await openCheckpointFolder(folder, "grove");
    for (let i = 1; i <= 8; i += 1) {
      await store.save(Uint8Array.of(i));
      await store.setAside();
    }
    expect(await store.takeBack(([first]) => first! < 4)).toBe(true);
    expect(await store.load()).toEqual(Buffer.of(3));
    await store.setAside();
    expect(await store.takeBack(() => false)).toBe(false);
    for (const i of [1, 2, 4, 5, 6, 7, 8])
      expect([...(await readFile(join(folder, `grove.checkpoint.aside-${i}`)))]).toEqual([i]);
    await store.save(old);
    await expect(store.setAside()).rejects.toThrow(
      /^8 are already; delete what you do not need of .*grove\.checkpoint\.aside-…$/,
    );
    expect(await store.load()).toEqual(Buffer.from(old));
  });

  it("that cannot be read can be set aside", async () => {
    const folder = await folderOf();
    const path = join(folder, "grove.checkpoint");
    await mkdir(path);
    const { store } = await openCheckpointFolder(folder, "grove");
    await expect(store.load()).rejects.toThrow();
    await store.setAside();
    await store.save(old);
    expect(await store.load()).toEqual(Buffer.from(old));
  });

  it("is taken over from a process that has died", async () => {
    const folder = await folderOf();
    // No process has the largest number that a file can name.
    await writeFile(join(folder, "grove.checkpoint.lock"), "2147483647");
    await openCheckpointFolder(folder, "grove");
    expect(await pidIn(join(folder, "grove.checkpoint.lock"))).toBe(process.pid);
  });

  it("is taken over where the process of that number is another program, or was started after a reboot", async () => {
    const folder = await folderOf();
    const lock = join(folder, "grove.checkpoint.lock");
    const mark = await startMarkOf(process.ppid);
    expect(mark).not.toBeNull();
    for (const [pid, other] of [
      [process.ppid, mark!.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10))],
      [process.pid, `another-boot ${mark!.split(" ").at(-1)}`],
    ] as const) {
      await writeFile(lock, `${pid}\n${other}\n`);
      const { close } = await openCheckpointFolder(folder, "grove");
      expect(await pidIn(lock)).toBe(process.pid);
      await close();
    }
  });

  it.runIf(process.platform === "linux")(
    "is a process's by when that was started, and since which start of the machine",
    async () => {
      const boot = await readFile("/proc/sys/kernel/random/boot_id", "utf8");
      // A parent may have started in the same tick, the first process of the machine has not.
      const [own, first] = await Promise.all([process.pid, 1].map(startMarkOf));
      expect(own).toMatch(new RegExp(`^${boot.trim()} \\d+$`));
      expect(first).not.toBe(own);
      expect(await startMarkOf(2 ** 31 - 1)).toBeNull();
    },
  );

  it("is not taken over from the process that has it, be that another one or this one; and its file is named", async () => {
    const folder = await folderOf();
    const lock = join(folder, "grove.checkpoint.lock");
    for (const pid of [process.ppid, process.pid]) {
      await writeFile(lock, `${pid}\n${await startMarkOf(pid)}\n`);
      await expect(openCheckpointFolder(folder, "grove")).rejects.toThrow(
        `got one that process ${pid} has; if that is no peer of Copse, delete ${lock}`,
      );
    }
  });

  it("is read where it cannot be locked, and saved once it can", async () => {
    const folder = await folderOf();
    const first = await openCheckpointFolder(folder, "grove");
    expect(first.problem).toBeNull();
    await first.store.save(old);
    await first.close();
    const lock = join(folder, "grove.checkpoint.lock");
    // What stands there is neither a process's nor to be moved away.
    await mkdir(lock);

    const second = await openCheckpointFolder(folder, "grove");
    expect(second.problem).toMatch(/^checkpoints cannot be saved in .*: .+; the run goes on without them$/);
    expect(await second.store.load()).toEqual(Buffer.from(old));
    await expect(second.store.save(next)).rejects.toThrow();
    expect(await second.store.load()).toEqual(Buffer.from(old));

    await rm(lock, { recursive: true });
    await second.store.save(next);
    expect(await pidIn(lock)).toBe(process.pid);
    expect(await second.store.load()).toEqual(Buffer.from(next));
    await second.close();
    expect(await readdir(folder)).toEqual(["grove.checkpoint"]);
  });

  it("is no reason to end where its folder cannot be made, unless that is a file, which is a typing mistake", async () => {
    const folder = await folderOf();
    const nowhere = await openCheckpointFolder(join(folder, "x".repeat(300)), "grove");
    expect(nowhere.problem).toMatch(/^checkpoints cannot be saved in .*: ENAMETOOLONG.*; the run goes on without them$/);
    await nowhere.close();
    const file = join(folder, "typo");
    await writeFile(file, "");
    for (const path of [file, join(file, "deeper")]) {
      await expect(openCheckpointFolder(path, "grove")).rejects.toThrow(
        `expected a folder for checkpoints, got ${path}, which is a file or lies in one`,
      );
    }
  });

  it.runIf(existsSync("/dev/full"))("says in words that the disk is full", async () => {
    const folder = await folderOf();
    const { store } = await openCheckpointFolder(folder, "grove");
    await symlink("/dev/full", join(folder, "grove.checkpoint.new"));
    await expect(store.save(old)).rejects.toThrow("there is no room left on the disk");
  });
});
