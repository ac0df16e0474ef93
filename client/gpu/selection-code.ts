import { gridCode } from "./grid.ts";

/** Values of a digit of 8 bits, one counter for each thread. The 31 bits of a magnitude are digits of 8, 8, 8 and 7 bits. */
export const counters = 256;
export const digits = 4;

/** Place of the first digit, in bits from the right. */
export const firstShift = 23;

/** Workgroups that count digits, each over several blocks: fewer workgroups contend for the shared counters. */
export const maxCounting = 512;

/**
 * Radix select on the bits of |x|, in integers throughout, so that nothing is flushed, fused or optimized away: four times
 * `countDigits` and `takeDigit` find the k-th largest magnitude; `countBlocks` and `startBlocks` say where in the output each
 * block of x begins; `collect` writes indices and bits, ascending, ties to the lower index.
 */
export const selectionCode = `${gridCode}
struct Job { length: u32, count: u32, blocks: u32 }

/** What is known of the k-th largest magnitude: the bits decided and their mask, the next digit, how many entries are still wanted. */
struct Found { prefix: u32, decided: u32, shift: u32, mask: u32, wanted: u32, notFinite: atomic<u32> }

@group(0) @binding(0) var<uniform> job: Job;
@group(0) @binding(1) var<storage, read> bits: array<u32>;
@group(0) @binding(2) var<storage, read_write> found: Found;
@group(0) @binding(3) var<storage, read_write> counts: array<atomic<u32>, ${counters}>;
// Entries above the threshold, and equal to it: in the block; after startBlocks, in all blocks before it.
@group(0) @binding(4) var<storage, read_write> blocks: array<vec2u>;
// k indices, then the bits of k values.
@group(0) @binding(5) var<storage, read_write> chosen: array<u32>;

const magnitudeMask = 0x7fffffffu;
const infinity = 0x7f800000u;

var<workgroup> tally: array<atomic<u32>, ${counters}>;
var<workgroup> pairs: array<vec2u, threads>;
// Sums of 16 pairs each, 16 of them: threads is 256.
const rowLength = 16u;
var<workgroup> rows: array<vec2u, rowLength>;

// Inclusive prefix sums over the workgroup. By rows, with three barriers: log₂ steps with two each are slower in software.
fn prefixSum(thread: u32, own: vec2u) -> vec2u {
  workgroupBarrier();
  pairs[thread] = own;
  workgroupBarrier();
  if (thread < rowLength) {
    var sum = vec2u(0u);
    for (var j = 0u; j < rowLength; j += 1u) { sum += pairs[rowLength * thread + j]; }
    rows[thread] = sum;
  }
  workgroupBarrier();
  let row = thread / rowLength;
  var upTo = vec2u(0u);
  for (var j = 0u; j < row; j += 1u) { upTo += rows[j]; }
  for (var j = rowLength * row; j <= thread; j += 1u) { upTo += pairs[j]; }
  return upTo;
}

// Whether every number is finite, in integers: a test of the numbers themselves may be optimized away.
@compute @workgroup_size(threads)
fn findNotFinite(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let first = blockOf(group, groups) * blockLength;
  for (var i = first + thread; i < min(first + blockLength, job.length); i += threads) {
    if ((bits[i] & magnitudeMask) >= infinity) { atomicOr(&found.notFinite, 1u); }
  }
}

// How often each value of the digit occurs among the magnitudes that begin with the prefix; and whether all are finite.
@compute @workgroup_size(threads)
fn countDigits(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  for (var block = blockOf(group, groups); block < job.blocks; block += groups.x * groups.y) {
    let first = block * blockLength;
    for (var i = first + thread; i < min(first + blockLength, job.length); i += threads) {
      let magnitude = bits[i] & magnitudeMask;
      if (magnitude >= infinity) { atomicOr(&found.notFinite, 1u); }
      if ((magnitude & found.decided) == found.prefix) { atomicAdd(&tally[(magnitude >> found.shift) & found.mask], 1u); }
    }
  }
  workgroupBarrier();
  let times = atomicLoad(&tally[thread]);
  if (times > 0u) { atomicAdd(&counts[thread], times); }
}

// One workgroup: the digit of the k-th largest is where the counts from the top reach what is wanted. Clears the counts.
@compute @workgroup_size(threads)
fn takeDigit(@builtin(local_invocation_index) thread: u32) {
  let wanted = found.wanted;
  let digit = threads - 1u - thread;
  let own = atomicExchange(&counts[digit], 0u);
  let reached = prefixSum(thread, vec2u(own, 0u)).x;
  if (reached - own < wanted && wanted <= reached) {
    found.prefix |= digit << found.shift;
    found.decided |= found.mask << found.shift;
    found.wanted = wanted - (reached - own);
    found.shift -= min(found.shift, 8u);
    found.mask = select(255u, 127u, found.shift == 0u);
  }
}

var<workgroup> above: atomic<u32>;
var<workgroup> equal: atomic<u32>;

@compute @workgroup_size(threads)
fn countBlocks(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let block = blockOf(group, groups);
  let first = block * blockLength;
  var own = vec2u(0u);
  for (var i = first + thread; i < min(first + blockLength, job.length); i += threads) {
    let magnitude = bits[i] & magnitudeMask;
    own += vec2u(u32(magnitude > found.prefix), u32(magnitude == found.prefix));
  }
  atomicAdd(&above, own.x);
  atomicAdd(&equal, own.y);
  workgroupBarrier();
  if (thread == 0u && block < job.blocks) { blocks[block] = vec2u(atomicLoad(&above), atomicLoad(&equal)); }
}

// One workgroup: the counts of the blocks become those of all blocks before.
@compute @workgroup_size(threads)
fn startBlocks(@builtin(local_invocation_index) thread: u32) {
  var before = vec2u(0u);
  for (var first = 0u; first < job.blocks; first += threads) {
    let block = first + thread;
    var own = vec2u(0u);
    if (block < job.blocks) { own = blocks[block]; }
    let upTo = prefixSum(thread, own);
    if (block < job.blocks) { blocks[block] = before + upTo - own; }
    for (var j = 0u; j < rowLength; j += 1u) { before += rows[j]; }
  }
}

@compute @workgroup_size(threads)
fn collect(@builtin(workgroup_id) group: vec3u, @builtin(num_workgroups) groups: vec3u, @builtin(local_invocation_index) thread: u32) {
  let block = blockOf(group, groups);
  let first = block * blockLength + thread * perThread;
  let end = min(first + perThread, job.length);
  var own = vec2u(0u);
  for (var i = first; i < end; i += 1u) {
    let magnitude = bits[i] & magnitudeMask;
    own += vec2u(u32(magnitude > found.prefix), u32(magnitude == found.prefix));
  }
  var before = prefixSum(thread, own) - own;
  if (block < job.blocks) { before += blocks[block]; }
  for (var i = first; i < end; i += 1u) {
    let magnitude = bits[i] & magnitudeMask;
    let at = before.x + min(before.y, found.wanted);
    let isTie = magnitude == found.prefix;
    if (magnitude > found.prefix || (isTie && before.y < found.wanted)) {
      chosen[at] = i;
      chosen[job.count + at] = bits[i];
    }
    before += vec2u(u32(magnitude > found.prefix), u32(isTie));
  }
}
`;
