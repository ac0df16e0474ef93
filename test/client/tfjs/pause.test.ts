import { afterEach, describe, expect, it, vi } from "vitest";
import { createPause } from "../../../client/tfjs/pause.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe.each(["Node", "a browser"])("a pause in %s", (place) => {
  const pauseHere = () => {
    if (place === "a browser") vi.stubGlobal("setImmediate", undefined);
    return createPause();
  };

  it("lasts beyond every microtask that is under way", async () => {
    const pause = pauseHere();
    const order: string[] = [];
    const paused = pause.wait().then(() => order.push("pause"));
    for (let i = 0; i < 50; i += 1) await Promise.resolve();
    order.push("microtasks");
    await paused;
    expect(order).toEqual(["microtasks", "pause"]);
    pause.close();
  });

  it("leaves nobody waiting when it is closed", async () => {
    const pause = pauseHere();
    const waits = [pause.wait(), pause.wait()];
    pause.close();
    await Promise.all(waits);
  });
});
