import type { Rng } from "../../shared/base/random.ts";
import { helloOf } from "../signaling/room/room-harness.ts";

/** Draws one of several. */
const one = <T>(random: Rng, values: readonly T[]): T => values[Math.floor(random.uniform() * values.length)]!;
const often = (random: Rng, share: number): boolean => random.uniform() < share;

const names = ["__proto__", "constructor", "toString", "hasOwnProperty", "", "0", "null", "%00", "%E0%A4%A", "é"];
const methods = ["GET", "GET", "GET", "POST", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "TRACE", "CONNECT", "PATCH", "FOO"];
const paths = [
  "/",
  "/socket.io",
  "/socket.io/x",
  "/data/",
  "/data/..%2f",
  "//",
  "/%",
  "*",
  "http://x/socket.io/",
  "/r/x",
  "/leave",
];
const types = [
  "text/plain",
  "text/plain;charset=UTF-8",
  "application/octet-stream",
  "application/json",
  "multipart/form-data",
  "",
];
const upgrades = ["websocket", "h2c", "WEBSOCKET", "TLS/1.0, HTTP/1.1", "websocket, h2c"];
const hello = helloOf(0, { room: "hostile", peer: "a".repeat(16), label: "" });

/** A packet of engine.io: what a frame carries, or what a poll's body has between separators. */
export function hostilePacket(random: Rng): string {
  const value = one(random, [
    null,
    {},
    [],
    ["message"],
    ["message", null],
    ["message", hello],
    ["message", { ...hello, tip: { round: -1 } }],
    ["message", { ...hello, room: "x".repeat(3_000) }],
    ["message", { kind: "leave" }],
    ["message", { kind: "signal", to: 3, data: [] }],
    ["error", 1],
    ["disconnect"],
    [7, { _placeholder: true, num: 0 }],
    ["message", { _placeholder: true, num: -1 }],
    [["message"]],
    "\u0000",
    1e308,
  ]);
  const json = JSON.stringify(value);
  return one(random, [
    `42${json}`,
    `42${json}`,
    `421${json}`,
    `42/${one(random, names)},${json}`,
    `43${Math.floor(random.uniform() * 1e9)}${json}`,
    `45${Math.floor(random.uniform() * 12)}-${json}`,
    `451-["message",{"_placeholder":true,"num":${one(random, ["0", "1", "-1", "1e9", '"x"'])}}]`,
    `461-1${json}`,
    `44${json}`,
    `40${json}`,
    `40/${one(random, names)},`,
    "40",
    "41",
    "4",
    "",
    "b",
    "bAAAA",
    `b${one(random, ["%", "=", "A".repeat(2_000)])}`,
    "0",
    "1",
    "2",
    "2probe",
    "3",
    "5",
    "6",
    "9",
    `42${json.slice(0, Math.floor(random.uniform() * json.length))}`,
    `42["message",${"[".repeat(5_000)}`,
    "4\uD800",
    "x".repeat(random.uniform() < 0.02 ? 70_000 : 100),
  ]);
}

function hostileQuery(random: Rng, sids: readonly string[]): string {
  const EIO = one(random, ["4", "4", "4", "3", "", "NaN", "__proto__"]);
  const transport = one(random, ["polling", "polling", "websocket", "webtransport", ...names]);
  const sid = often(random, 0.5) && sids.length > 0 ? one(random, sids.slice(-40)) : one(random, names);
  const parts = [`EIO=${EIO}`, `transport=${transport}`];
  if (often(random, 0.7)) parts.push(`sid=${sid}`);
  if (often(random, 0.1)) parts.push("sid=", "j=0", "b64=1");
  if (often(random, 0.1)) parts.push("__proto__=1", "EIO=4", "%");
  return parts.join("&");
}

/** The bytes of one request, whole or not. `sids`: of sessions that are or were open. */
export function hostileRequest(random: Rng, sids: readonly string[]): string {
  const isForSockets = often(random, 0.7);
  const path = isForSockets ? `/socket.io/?${hostileQuery(random, sids)}` : one(random, paths);
  const lines = [`${one(random, methods)} ${path} HTTP/1.1`, "Host: 127.0.0.1"];
  if (often(random, 0.3)) lines.push("Connection: Upgrade", `Upgrade: ${one(random, upgrades)}`);
  if (often(random, 0.2))
    lines.push("Sec-WebSocket-Version: 13", `Sec-WebSocket-Key: ${one(random, ["x", "A".repeat(22).concat("==")])}`);
  if (often(random, 0.1)) lines.push(`Origin: ${one(random, ["\u0001", "null", "x".repeat(9_000)])}`);
  if (often(random, 0.1))
    lines.push(one(random, ["Expect: 100-continue", "Expect: x", "no colon", "X-Forwarded-For: ,,127.0.0.2", "\u0000: \u0000"]));
  if (often(random, 0.5)) lines.push(`Content-Type: ${one(random, types)}`);
  const packets = Array.from({ length: Math.floor(random.uniform() * 4) }, () => hostilePacket(random));
  const body = one(random, [
    packets.join("\u001e"),
    packets.join("\u001e"),
    JSON.stringify(hello),
    "\u001e".repeat(2_000),
    "{",
    "",
  ]);
  const length = Buffer.byteLength(body);
  lines.push(
    one(random, [
      `Content-Length: ${length}`,
      `Content-Length: ${length}`,
      `Content-Length: ${length + 5}`,
      `Content-Length: ${Math.max(0, length - 3)}`,
      "Content-Length: 99999999",
      "Content-Length: -1",
      "Transfer-Encoding: chunked",
      "X-None: 0",
    ]),
  );
  return `${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** Bytes on an open WebSocket that are no text frame: control frames, wrong lengths, other opcodes, no mask. */
export function hostileFrame(random: Rng): Uint8Array {
  const bytes = Uint8Array.from({ length: 2 + Math.floor(random.uniform() * 20) }, () => Math.floor(random.uniform() * 256));
  bytes[0] = one(random, [0x81, 0x82, 0x80, 0x01, 0x88, 0x89, 0x8a, 0x8b, 0xf1, 0x83]);
  return bytes;
}
