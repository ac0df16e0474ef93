import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";

/** A WebSocket that says whatever it is told to, as bytes on a TCP connection. */
export interface RawSocket {
  /** Text frames, in one piece. */
  say(...texts: readonly string[]): void;
  /** Bytes as they are. */
  write(bytes: Uint8Array | string): void;
  /** All that has come, the headers and the control bytes of frames included. */
  readonly heard: string;
  /** Resolves once what has come contains this. */
  until(text: string): Promise<void>;
  readonly ended: Promise<void>;
  /** Reads nothing from now on. */
  pause(): void;
  destroy(): void;
}

export interface RawSocketOptions {
  /** The address that it comes from. */
  readonly from?: string;
  readonly path?: string;
  /** Of its request, beside or instead of those of a WebSocket. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Not yet a WebSocket when it is returned: wait for `101`. */
export async function openRawSocket(port: number, options: RawSocketOptions = {}): Promise<RawSocket> {
  const { from = "127.0.0.1", path = "/socket.io/?EIO=4&transport=websocket" } = options;
  const socket: Socket = connect({ port, host: "127.0.0.1", localAddress: from });
  const ended = new Promise<void>((done) => socket.once("close", () => done()));
  const listeners = new Set<() => void>();
  let heard = "";
  socket.on("error", () => socket.destroy());
  socket.on("data", (bytes) => {
    heard += bytes.toString("latin1");
    for (const listener of [...listeners]) listener();
  });
  await once(socket, "connect");
  const headers = {
    Host: "127.0.0.1",
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": randomBytes(16).toString("base64"),
    ...options.headers,
  };
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`GET ${path} HTTP/1.1\r\n${lines.join("")}\r\n`);
  return {
    say: (...texts) => void socket.write(Buffer.concat(texts.map((text) => frame(0x81, Buffer.from(text))))),
    write: (bytes) => void socket.write(bytes),
    get heard() {
      return heard;
    },
    until: (text) =>
      new Promise((done, fail) => {
        const look = (): void => {
          if (!heard.includes(text)) return;
          listeners.delete(look);
          done();
        };
        listeners.add(look);
        look();
        ended.then(() => fail(new Error(`expected ${text}, got the end after ${JSON.stringify(heard.slice(-300))}`)));
      }),
    ended,
    pause: () => void socket.pause(),
    destroy: () => socket.destroy(),
  };
}

/** A masked frame of a WebSocket, as RFC 6455 has it. `first`: its first byte. */
function frame(first: number, payload: Buffer): Buffer {
  const mask = randomBytes(4);
  const length =
    payload.length < 126
      ? Buffer.from([first, 0x80 | payload.length])
      : Buffer.from([first, 0x80 | 127, 0, 0, 0, 0, ...bigEndian(payload.length)]);
  return Buffer.concat([length, mask, payload.map((byte, i) => byte ^ mask[i % 4]!)]);
}

const bigEndian = (n: number): readonly number[] => [24, 16, 8, 0].map((shift) => (n >>> shift) & 255);
