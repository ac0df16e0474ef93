import { expect, it, onTestFinished } from "vitest";
import { helloOf } from "../signaling/room/room-harness.ts";
import { openProxy } from "../support/open-proxy.ts";
import { startClient, startServer } from "./server-harness.ts";

it("a client behind a proxy that cuts its connections is back by itself", async () => {
  const server = await startServer();
  const proxy = await openProxy(server.url);
  onTestFinished(() => proxy.close());
  const { next, connection } = startClient(proxy.url, helloOf(1));
  await next("welcome");
  const lost = connection(false);
  proxy.cut();
  await lost;
  await connection(true);
  expect(proxy.requests).toEqual(["upgrade /socket.io/", "upgrade /socket.io/"]);
});
