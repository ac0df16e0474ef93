import { describe, expect, it } from "vitest";
import { createProblemTeller, type ProblemTeller } from "../../../client/peer/problem-teller.ts";

/** A teller whose searches end when the test says what they found. */
function setUp(): {
  teller: ProblemTeller;
  told: string[];
  searches: AbortSignal[];
  found(sentence: string): Promise<void>;
} {
  const told: string[] = [];
  const searches: AbortSignal[] = [];
  const ends: ((sentence: string) => void)[] = [];
  const find = (signal: AbortSignal): Promise<string> => {
    searches.push(signal);
    return new Promise((resolve) => ends.push(resolve));
  };
  const teller = createProblemTeller(find, (sentence) => told.push(sentence));
  const found = (sentence: string): Promise<void> => {
    ends.shift()!(sentence);
    return new Promise((resolve) => void setImmediate(resolve));
  };
  return { teller, told, searches, found };
}

describe("what a person is told of a connection that is not there", () => {
  it("is each cause once, by one search at a time", async () => {
    const { teller, told, searches, found } = setUp();
    teller.look();
    teller.look();
    expect(searches.length).toBe(1);
    await found("nothing listens");
    for (const sentence of ["nothing listens", "no such host", "no such host"]) {
      teller.look();
      await found(sentence);
    }
    expect(told).toEqual(["nothing listens", "no such host"]);
  });

  it("is nothing once there is one, and the same again when that is lost", async () => {
    const { teller, told, searches, found } = setUp();
    teller.look();
    teller.forget();
    expect(searches[0]!.aborted).toBe(true);
    teller.look();
    await found("what the first search found");
    expect(told).toEqual([]);
    await found("nothing listens");
    teller.forget();
    teller.look();
    await found("nothing listens");
    expect(told).toEqual(["nothing listens", "nothing listens"]);
  });
});
