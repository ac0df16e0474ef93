/** Something to be timed. */
export interface Task {
  /** Comes before each run and is not timed. */
  readonly before?: () => Promise<unknown>;
  readonly run: () => unknown;
}

interface MeasureOptions {
  readonly runs: number;
  /** How often a run repeats its task: what takes microseconds is lost in the clock's steps. */
  readonly repeats?: number;
}

/**
 * Median milliseconds of each task. They take turns, so that whatever else the machine does falls on all of them alike. Two
 * turns more come first, which let the engine compile and memory be mapped.
 */
export async function sideBySide<Name extends string>(
  tasks: Readonly<Partial<Record<Name, Task>>>,
  { runs, repeats = 1 }: MeasureOptions,
): Promise<ReadonlyMap<Name, number>> {
  const entries = Object.entries<Task | undefined>(tasks).flatMap(([name, task]) =>
    task === undefined ? [] : [{ name: name as Name, task, times: [] as number[] }],
  );
  for (let turn = -2; turn < runs; turn += 1) {
    for (const { task, times } of entries) {
      await task.before?.();
      const start = performance.now();
      for (let i = 0; i < repeats; i += 1) {
        const result = task.run();
        if (result instanceof Promise) await result;
      }
      if (turn >= 0) times.push((performance.now() - start) / repeats);
    }
  }
  return new Map(entries.map(({ name, times }) => [name, median(times)]));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
