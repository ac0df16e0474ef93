import { z } from "zod";
import { roomSchema } from "./messages.ts";

/** A page's message that its peer leaves, posted to `/leave` as JSON: its socket may end before it could carry a `leave`. */
const leaveBeaconSchema = z.strictObject({
  room: roomSchema,
  peer: z.string().max(32),
  /** The secret that the client chose for all its connections. */
  session: z.string().min(1).max(64),
});
export type LeaveBeacon = z.infer<typeof leaveBeaconSchema>;

/** null for anything else. */
export function readLeaveBeacon(text: string): LeaveBeacon | null {
  try {
    return leaveBeaconSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
