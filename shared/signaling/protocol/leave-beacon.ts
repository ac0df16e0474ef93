import * as z from "zod/mini";
import { roomSchema } from "./messages.ts";

/** A page's message that its peer leaves, posted to `/leave` as JSON: its socket may end before it could carry a `leave`. */
const leaveBeaconSchema = z.strictObject({
  room: roomSchema,
  peer: z.string().check(z.maxLength(32)),
  /** The secret that the client chose for all its connections. */
  session: z.string().check(z.minLength(1), z.maxLength(64)),
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
