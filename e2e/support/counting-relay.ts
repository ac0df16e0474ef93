import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** Passes bytes on to a server of this machine, and counts those that come back. */
export interface CountingRelay {
  readonly url: string;
  /** Bytes from the server so far: heads, bodies and frames. */
  readonly received: number;
  close(): Promise<void>;
}

export async function openCountingRelay(port: number): Promise<CountingRelay> {
  let received = 0;
  const sockets = new Set<Socket>();
  const relay = createServer((client) => {
    const server = connect(port, "127.0.0.1");
    for (const socket of [client, server]) sockets.add(socket.on("error", () => socket.destroy()));
    server.on("data", ({ length }) => {
      received += length;
    });
    client.pipe(server).pipe(client);
  }).listen(0, "127.0.0.1");
  await once(relay, "listening");
  return {
    url: `http://127.0.0.1:${(relay.address() as AddressInfo).port}`,
    get received() {
      return received;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => relay.close(resolve));
    },
  };
}
