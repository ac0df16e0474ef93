import { expect, it } from "vitest";
import { createLobby } from "../../../shared/signaling/room/lobby.ts";
import { createRoomQuota } from "../../../shared/signaling/room/room-quota.ts";
import { hashOf, helloOf } from "./room-harness.ts";

it("an address has so many rooms at a time; a room that ends makes room for another", () => {
  const quota = createRoomQuota(2);
  expect(["a", "b", "c"].map((room) => quota.open(room, "x"))).toEqual([true, true, false]);
  expect([quota.open("d", "y"), quota.open("e", null)]).toEqual([true, true]);
  quota.close("c");
  expect(quota.open("c", "x")).toBe(false);
  quota.close("a");
  quota.close("a");
  expect(["c", "f"].map((room) => quota.open(room, "x"))).toEqual([true, false]);
});

it("a lobby refuses the room that is one too many, for a while; the rooms that are there let clients of the address in", () => {
  const lobby = createLobby({ bornAt: 0, iceServers: [], hashOf, maxRoomsOfAddress: 1 });
  const enter = (i: number, room: string, address: string) => {
    const connection = `c${i}`;
    lobby.handle({ kind: "connected", connection, address }, 0);
    return lobby
      .handle({ kind: "message", connection, message: helloOf(i, { room }) }, 0)
      .flatMap((effect) => (effect.kind === "send" ? [effect.message.kind] : []));
  };
  expect(enter(1, "one", "x")).toContain("welcome");
  expect(enter(2, "two", "x")).toEqual(["later", "refused"]);
  expect(enter(3, "one", "x")).toContain("welcome");
  expect(enter(4, "two", "y")).toContain("welcome");
  expect(lobby.stats()).toMatchObject({ rooms: 2, peers: 3, refused: 1 });
});
