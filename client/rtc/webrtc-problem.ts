import type { IceServerList } from "./simple-peer.ts";

/** Makes an RTCPeerConnection of this platform, as a link does. @throws whatever the platform throws */
export type MakeConnection = (config: { iceServers: IceServerList }) => {
  createDataChannel(label: string, init: { negotiated: true; id: number }): unknown;
  close(): void;
};

/** Why this platform makes no data channels, as the platform says it, or in our words; null if it makes them. */
export function webrtcProblem(make: MakeConnection): string | null {
  try {
    const connection = make({ iceServers: [] });
    // Extensions that switch WebRTC off put a class in its place that does nothing.
    const channel = connection.createDataChannel("copse", { negotiated: true, id: 0 });
    connection.close();
    return typeof channel === "object" && channel !== null ? null : "it makes no data channels";
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
