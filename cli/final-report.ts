/** What a peer says at its end: the last line of its JSON output. */
export interface FinalReport {
  readonly type: "final";
  readonly peer: string;
  readonly round: number;
  readonly hash: string;
  readonly parameters: number;
  /** Accuracy of this model on the whole held-out set; null if it could not be tested. */
  readonly accuracy: number | null;
  readonly loss: number | null;
  /** Over the links that are open at the end, where bytes enter the data channel, and as the WebRTC stack counts them. */
  readonly bytesSent: number;
  readonly statsBytesSent: number | null;
  readonly wireBytesSent: number | null;
}
