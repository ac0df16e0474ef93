import { WireError } from "../base/wire-error.ts";
import type { State } from "../vector/update.ts";
import type { Reader, Writer } from "./bytes.ts";
import { readFloats } from "./floats.ts";

/** No method keeps more slots than this. */
const maxSlots = 8;
const maxNameBytes = 32;

/** count · for each slot in the order of names: name length, name (ASCII), float count + 1 (0 for a number), then the floats or a float64. */
export function writeState(writer: Writer, state: State): void {
  const slots = Object.entries(state).sort(([a], [b]) => (a < b ? -1 : 1));
  writer.byte(slots.length);
  for (const [name, value] of slots) {
    writer.byte(name.length);
    for (let i = 0; i < name.length; i += 1) writer.byte(name.charCodeAt(i));
    if (typeof value === "number") {
      writer.varint(0);
      writer.float64(value);
    } else {
      writer.varint(value.length + 1);
      writer.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
    }
  }
}

/** @throws {WireError} on more than 8 slots, an array of more than 2d floats, names out of order, bytes missing, values not finite */
export function readState(reader: Reader, length: number): State {
  const state: Record<string, number | Float32Array> = {};
  let previous = "";
  const count = reader.byte();
  if (count > maxSlots) throw new WireError(`expected at most ${maxSlots} slots, got ${count}`);
  for (let slot = 0; slot < count; slot += 1) {
    const nameLength = reader.byte();
    if (nameLength === 0 || nameLength > maxNameBytes)
      throw new WireError(`expected a name of 1 to ${maxNameBytes} bytes, got ${nameLength}`);
    const name = String.fromCharCode(...reader.bytes(nameLength));
    if (!/^[a-zA-Z0-9.-]+$/.test(name) || name <= previous)
      throw new WireError("expected slot names in ascending order, got another order");
    previous = name;
    const floats = reader.varint(2 * length + 1, "a slot's length");
    state[name] = floats === 0 ? reader.float64("slot") : readFloats(reader, floats - 1);
  }
  return state;
}
