import { DeviceError } from "./device-error.ts";

/** Threads of a workgroup: what every WebGPU device has. */
const threads = 256;

/** Numbers that one workgroup looks after, 16 a thread. Few enough for the counts of a block to fit 16 bits. */
export const blockLength = 16 * threads;

/** What every kernel begins with: `block` is the place of a workgroup in a grid of one or two rows or more. */
export const gridCode = `
const threads = ${threads}u;
const perThread = ${blockLength / threads}u;
const blockLength = ${blockLength}u;

fn blockOf(group: vec3u, groups: vec3u) -> u32 { return group.x + group.y * groups.x; }
`;

/**
 * At least so many workgroups as a grid [columns, rows]: a device takes 65,535 in a row, so more are laid in several.
 * The last row may be longer than needed; a kernel must do nothing there.
 * @throws {DeviceError} if there is no such grid
 */
export function gridOf(groups: number, widest: number): readonly [columns: number, rows: number] {
  const rows = Math.ceil(groups / widest);
  if (rows > widest) throw new DeviceError(`expected at most ${widest ** 2} workgroups, got ${groups}`);
  return [Math.ceil(groups / rows), rows];
}
