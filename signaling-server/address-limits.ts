/** What the clients of one address may have at a time. A classroom of 60 devices, some tabs each, may share one. */
export interface AddressLimits {
  /** TCP connections: a browser has six for a page, and one for its WebSocket. */
  readonly sockets: number;
  /** Sessions of socket.io, over WebSockets or long polling. */
  readonly sessions: number;
  /** Those of them that have not said hello: all devices at once, when the server comes back, and as many tabs that reload. */
  readonly silent: number;
}

export const defaultAddressLimits: AddressLimits = { sockets: 1_024, sessions: 512, silent: 128 };
