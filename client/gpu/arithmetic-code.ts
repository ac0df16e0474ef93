import { gridCode } from "./grid.ts";

/**
 * Kernels of one float32 operation a number each. A product and a sum never meet in one kernel: WGSL lets a compiler fuse
 * them, and the CPU rounds twice. Subnormal numbers may be flushed to zero.
 */
export const arithmeticCode = `${gridCode}
struct Job { length: u32, weight: f32 }

@group(0) @binding(0) var<uniform> job: Job;
@group(0) @binding(1) var<storage, read> a: array<f32>;
@group(0) @binding(2) var<storage, read> b: array<f32>;
@group(0) @binding(3) var<storage, read> places: array<u32>;
@group(0) @binding(4) var<storage, read_write> result: array<f32>;

// result = a + b
@compute @workgroup_size(threads)
fn add(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let first = blockOf(group, groups) * blockLength;
  for (var i = first + thread; i < min(first + blockLength, job.length); i += threads) { result[i] = a[i] + b[i]; }
}

// result = weight · result
@compute @workgroup_size(threads)
fn scale(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let first = blockOf(group, groups) * blockLength;
  for (var i = first + thread; i < min(first + blockLength, job.length); i += threads) { result[i] = job.weight * result[i]; }
}

// result += a at the places; they differ, so no two threads meet
@compute @workgroup_size(threads)
fn addAt(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let first = blockOf(group, groups) * blockLength;
  for (var j = first + thread; j < min(first + blockLength, job.length); j += threads) { result[places[j]] += a[j]; }
}
`;
