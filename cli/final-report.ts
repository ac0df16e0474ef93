import type { Confusion } from "../shared/run/confusion.ts";
import type { MetricMeans } from "../shared/run/tasks.ts";

/** The last line of a peer's JSON output. */
export interface FinalReport {
  readonly type: "final";
  readonly peer: string;
  readonly round: number;
  readonly hash: string;
  readonly parameters: number;
  /** Means of the task's metrics on held-out data, by name; empty if it could not be tested. */
  readonly metrics: MetricMeans;
  /** Held-out samples, or tokens, that it was tested on. */
  readonly tested: number;
  /** Accuracy of this model on the whole held-out set; null if it could not be tested. */
  readonly accuracy: number | null;
  readonly loss: number | null;
  /** Of the samples tested, how many of each class were taken for which; null where there are more than 4 classes or none, or nothing was tested. */
  readonly confusion: Confusion | null;
  /** Bytes of the links that are open at the end: counted where they enter the data channel, and by the WebRTC stack. */
  readonly bytesSent: number;
  readonly statsBytesSent: number | null;
  readonly wireBytesSent: number | null;
  /** Bytes sent in all rounds for statistics, which no gradient trains: moving means, moments of columns. */
  readonly statisticsSent: number;
}
