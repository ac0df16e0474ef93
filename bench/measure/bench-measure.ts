/** A task to be timed. */
export interface Task {
  /** Runs before each timed run, untimed. */
  readonly before?: () => Promise<unknown>;
  readonly run: () => unknown;
}

interface MeasureOptions {
  readonly runs: number;
  /** Repetitions of a task in one run: the clock's resolution hides single microseconds. */
  readonly repeats?: number;
  /** Milliseconds so far; `performance.now` if left out. */
  readonly clock?: () => number;
}

/** Milliseconds that this process has had of a core: other programs' do not count. */
export function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e3;
}

/**
 * Median milliseconds of each task. They take turns, so that other load of the machine affects all of them alike. Two
 * untimed turns come first, for the engine to compile and memory to be mapped.
 */
export async function sideBySide<Name extends string>(
  tasks: Readonly<Partial<Record<Name, Task>>>,
  { runs, repeats = 1, clock = () => performance.now() }: MeasureOptions,
): Promise<ReadonlyMap<Name, number>> {
  const entries = Object.entries<Task | undefined>(tasks).flatMap(([name, task]) =>
    task === undefined ? [] : [{ name: name as Name, task, times: [] as number[] }],
  );
  for (let turn = -2; turn < runs; turn += 1) {
    for (const { task, times } of entries) {
      await task.before?.();
      const start = clock();
      for (let i = 0; i < repeats; i += 1) {
        const result = task.run();
        if (result instanceof Promise) await result;
      }
      if (turn >= 0) times.push((clock() - start) / repeats);
    }
  }
  return new Map(entries.map(({ name, times }) => [name, median(times)]));
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
