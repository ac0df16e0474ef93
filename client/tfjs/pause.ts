/** Lets other events be handled between two steps of training. */
export interface Pause {
  /** Resolves in a later macrotask. Not throttled in a hidden tab and not clamped to 4 ms, as timers are. */
  wait(): Promise<void>;
  close(): void;
}

/** Globals of Node that a browser does not have. */
interface NodeGlobals {
  readonly setImmediate?: (task: () => void) => unknown;
}

/**
 * In a tab or worker a message to itself. In Node `setImmediate`: Node's message ports deliver up to a thousand messages
 * before the event loop polls for input, so a training loop paused by them would starve every socket.
 */
export function createPause(): Pause {
  const { setImmediate: immediately } = globalThis as NodeGlobals;
  if (immediately !== undefined) return { wait: () => new Promise((resolve) => immediately(resolve)), close: () => {} };
  const { port1, port2 } = new MessageChannel();
  const waiting: (() => void)[] = [];
  port1.onmessage = () => waiting.shift()?.();
  return {
    wait: () =>
      new Promise((resolve) => {
        waiting.push(resolve);
        port2.postMessage(null);
      }),
    close: () => {
      port1.close();
      for (const resolve of waiting.splice(0)) resolve();
    },
  };
}
