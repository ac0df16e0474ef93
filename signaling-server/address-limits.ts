import type { Pace } from "./pace.ts";

/** What the clients of one address may have at a time, and send. A classroom of 60 devices, some tabs each, may share one. */
export interface AddressLimits {
  /** TCP connections: a browser has six for a page, and one for its WebSocket. */
  readonly sockets: number;
  /** Sessions of socket.io, over WebSockets or long polling. */
  readonly sessions: number;
  /** Those of them that have not said hello: all devices at once, when the server comes back, and as many tabs that reload. */
  readonly silent: number;
  /** Rooms that began with a hello from there: one for each device, and as many again. */
  readonly rooms: number;
  /** Sessions that begin: each says hello once. All devices reload twice, and as many as that again. */
  readonly openings: Pace;
  /** Messages: a device that dials five links sends about 200. */
  readonly messages: Pace;
  /** Bytes of messages: a device that dials five links sends about 100 KB. */
  readonly bytes: Pace;
}

export const defaultAddressLimits: AddressLimits = {
  sockets: 1_024,
  sessions: 512,
  silent: 128,
  rooms: 128,
  openings: { burst: 600, perSecond: 10 },
  messages: { burst: 30_000, perSecond: 2_000 },
  bytes: { burst: 64 * 1_048_576, perSecond: 2 * 1_048_576 },
};
