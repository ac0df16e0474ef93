import { DeviceError } from "./device-error.ts";

/** Threads of a workgroup: the most that every WebGPU device allows. */
const threads = 256;

/** Numbers of a workgroup's block, 16 a thread: the counts of a block fit 16 bits. */
export const blockLength = 16 * threads;

/** The beginning of every kernel: `block` is the number of a workgroup in a grid of one or more rows. */
export const gridCode = `
const threads = ${threads}u;
const perThread = ${blockLength / threads}u;
const blockLength = ${blockLength}u;

fn blockOf(group: vec3u, groups: vec3u) -> u32 { return group.x + group.y * groups.x; }
`;

/**
 * A grid [columns, rows] of at least `groups` workgroups: a device takes 65,535 in a row, so more take several rows.
 * The last row may be longer than needed; a kernel must do nothing there.
 * @throws {DeviceError} if there is no such grid
 */
export function gridOf(groups: number, widest: number): readonly [columns: number, rows: number] {
  const rows = Math.ceil(groups / widest);
  if (rows > widest) throw new DeviceError(`expected at most ${widest ** 2} workgroups, got ${groups}`);
  return [Math.ceil(groups / rows), rows];
}
