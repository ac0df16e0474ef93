import { EventEmitter } from "node:events";
import { expect, it } from "vitest";
import { createBacklog } from "../../signaling-server/backlog.ts";

/** What the server's engine shows of a connection. */
function openConn() {
  const transport = new EventEmitter();
  const conn = Object.assign(new EventEmitter(), {
    transport,
    readyState: "open",
    close() {
      conn.readyState = "closed";
      conn.emit("close");
    },
    say: (characters: number) => void conn.emit("packetCreate", { data: "x".repeat(characters) }),
  });
  return conn;
}

it("what waits for one connection is bounded", () => {
  const backlog = createBacklog({ ofOne: 100, ofAll: 1_000 });
  const conn = openConn();
  const waiting = backlog.watch(conn as never);
  conn.say(100);
  expect(waiting()).toBe(100);
  expect(conn.readyState).toBe("open");
  conn.say(1);
  expect(conn.readyState).toBe("closed");
  expect(backlog.size).toBe(0);
});

it("what waits for all connections is bounded, with what is under way: those with the most end, until half is left", () => {
  const backlog = createBacklog({ ofOne: 100, ofAll: 1_000 });
  const conns = Array.from({ length: 15 }, () => openConn());
  for (const [i, conn] of conns.entries()) {
    backlog.watch(conn as never);
    conn.say(60 + i);
    // The transport has it, and does not say that it is through.
    conn.emit("flush");
  }
  expect(conns.map(({ readyState }) => readyState)).toEqual([...Array(7).fill("open"), ...Array(8).fill("closed")]);
  expect(backlog.size).toBe(7 * 60 + 21);
  expect(backlog.cut).toBe(8);
});

it("who takes what it is sent is never ended for the others", () => {
  const backlog = createBacklog({ ofOne: 100, ofAll: 150 });
  const idle = openConn();
  backlog.watch(idle as never);
  idle.say(80);
  const reader = openConn();
  backlog.watch(reader as never);
  for (let i = 0; i < 1_000; i += 1) {
    reader.say(60);
    reader.emit("flush");
    reader.transport.emit("drain");
  }
  expect([idle.readyState, reader.readyState]).toEqual(["open", "open"]);
  expect(backlog.size).toBe(80);
});
