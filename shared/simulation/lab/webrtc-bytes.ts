/** IPv4 20, UDP 8, a DTLS 1.2 record of AES-GCM 37, SCTP's common header 12, a DATA or SACK chunk's header 16, in bytes. */
const packetBytes = 93;
/** User bytes in a packet: SCTP's packets of 1,191 bytes, as browsers send them, without its headers; in fours. */
const payloadBytes = 1_160;
/** A receiver acknowledges every second packet, and the last. */
const packetsPerAck = 2;

/**
 * About what a message of so many bytes costs on the wire over WebRTC, acknowledgements included, without frames of ours and without the
 * checks of ICE, which are of time and not of messages.
 */
export function webrtcBytes(bytes: number): number {
  const packets = Math.ceil(bytes / payloadBytes);
  return bytes + (packets + Math.ceil(packets / packetsPerAck)) * packetBytes;
}
