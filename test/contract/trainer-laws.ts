import { trainedLength } from "../../shared/base/layout.ts";
import { seeded } from "../../shared/base/random.ts";
import type { LocalOptions, Trainer } from "../../shared/run/trainer.ts";
import { maxSums } from "../../shared/sum/part.ts";
import type { Delta } from "../../shared/vector/device-vector.ts";
import { expect, type Law, rejection, type Subject } from "./law.ts";

/** Trainers of one run, each made anew, of the same model and data. */
export interface TestTrainers extends Subject {
  /** A trainer of a seat. */
  make(): Promise<Trainer<Delta>>;
  /** The numbers of an update. */
  read(delta: Delta): Promise<Float32Array>;
  /** Whether an update goes on to be readable when there is another; one that does not says so. */
  readonly keepsUpdates: boolean;
  /** How far from 0 parameters lie: far enough for other ones to give another update. */
  readonly scale: number;
}

const options: LocalOptions = { round: 3, steps: 3, batch: 8, rate: 0.125 };
const batch = Uint32Array.of(0);

/** Parameters of a model, drawn by `seed`. */
function drawn({ scale }: TestTrainers, { layout }: Trainer<Delta>, seed: number): Float32Array {
  const rng = seeded(seed, "parameters");
  return Float32Array.from({ length: layout.length }, () => scale * rng.normal());
}

function expectSame(got: ArrayLike<number>, wanted: ArrayLike<number>, what: string): void {
  expect(got.length === wanted.length, `${what}: ${wanted.length} numbers`, got.length);
  for (let i = 0; i < wanted.length; i += 1) {
    if (!Object.is(got[i], wanted[i])) expect(false, `${what}: ${wanted[i]} at ${i}`, got[i]);
  }
}

/** The numbers of an update of a trainer from these parameters. */
async function trained(trainers: TestTrainers, trainer: Trainer<Delta>, from: Float32Array): Promise<Float32Array> {
  await trainers.wait(trainer.load(from));
  const { delta } = await trainers.wait(trainer.localUpdate(options));
  return trainers.wait(trainers.read(delta));
}

export const trainerLaws: readonly Law<TestTrainers>[] = [
  {
    name: "an update is as long as what the layout trains and finite, of a whole number of samples, with a loss",
    async run(trainers) {
      const trainer = await trainers.make();
      expect(Number.isInteger(trainer.samples) && trainer.samples > 0, "at least one sample", trainer.samples);
      await trainers.wait(trainer.load(drawn(trainers, trainer, 1)));
      const { delta, samples, loss, statistics } = await trainers.wait(trainer.localUpdate(options));
      const numbers = await trainers.wait(trainers.read(delta));
      const length = trainedLength(trainer.layout);
      expect(numbers.length === length, `${length} numbers`, numbers.length);
      const count = trainer.layout.length - length;
      expect(statistics?.length === (count === 0 ? undefined : count), `${count} statistics, or none`, statistics?.length);
      expect(statistics?.every(Number.isFinite) !== false, "finite statistics");
      expect(numbers.every(Number.isFinite) && numbers.some((value) => value !== 0), "finite numbers, not all of them 0");
      expect(Number.isInteger(samples) && samples > 0, "a weight of at least one sample", samples);
      expect(Number.isFinite(loss) && loss >= 0, "a loss", loss);
    },
  },
  {
    name: "the same parameters and round give the same update, by one trainer twice and by another of its seat",
    async run(trainers) {
      const [one, other] = [await trainers.make(), await trainers.make()];
      const first = await trained(trainers, one, drawn(trainers, one, 1));
      await trained(trainers, one, drawn(trainers, one, 2));
      expectSame(await trained(trainers, one, drawn(trainers, one, 1)), first, "once more");
      expectSame(await trained(trainers, other, drawn(trainers, other, 1)), first, "by another");
    },
  },
  {
    name: "other parameters give another update",
    async run(trainers) {
      const trainer = await trainers.make();
      const first = await trained(trainers, trainer, drawn(trainers, trainer, 1));
      const second = await trained(trainers, trainer, drawn(trainers, trainer, 2));
      expect(
        first.some((value, i) => value !== second[i]),
        "two updates that differ",
      );
    },
  },
  {
    name: "parameters are copied: they are not changed, and what becomes of them changes no update",
    async run(trainers) {
      const trainer = await trainers.make();
      const given = drawn(trainers, trainer, 1);
      const first = await trained(trainers, trainer, given);
      expectSame(given, drawn(trainers, trainer, 1), "the parameters that were given");
      await trainers.wait(trainer.load(given));
      given.fill(9);
      const { delta } = await trainers.wait(trainer.localUpdate(options));
      expectSame(await trainers.wait(trainers.read(delta)), first, "after they were written over");
    },
  },
  {
    name: "an update is its receiver's: what its trainer does next does not change it, nor does a change of it its trainer",
    async run(trainers) {
      const trainer = await trainers.make();
      await trainers.wait(trainer.load(drawn(trainers, trainer, 1)));
      const { delta } = await trainers.wait(trainer.localUpdate(options));
      const first = (await trainers.wait(trainers.read(delta))).slice();
      await trainers.wait(trainer.load(drawn(trainers, trainer, 2)));
      await trainers.wait(trainer.evaluate({ part: 0, of: 1 }));
      expectSame(await trainers.wait(trainers.read(delta)), first, "after another load");
      await trainers.wait(trainer.localUpdate(options));
      if (trainers.keepsUpdates) expectSame(await trainers.wait(trainers.read(delta)), first, "after another update");
      else expect((await trainers.wait(rejection(trainers.read(delta)))) instanceof Error, "an error that says it is gone");
      if (trainers.keepsUpdates) {
        const next = await trainers.wait(trainer.localUpdate(options));
        const numbers = (await trainers.wait(trainers.read(next.delta))).slice();
        await trainers.wait(trainer.localUpdate(options));
        expectSame(await trainers.wait(trainers.read(next.delta)), numbers, "after another update from where it ended");
      }
      if (delta instanceof Float32Array) delta.fill(9);
      expectSame(await trained(trainers, trainer, drawn(trainers, trainer, 1)), first, "after it was written over");
    },
  },
  {
    name: "a test of the model changes no training, counts what it tested, and finds the same twice",
    async run(trainers) {
      const trainer = await trainers.make();
      const first = await trained(trainers, trainer, drawn(trainers, trainer, 1));
      await trainers.wait(trainer.load(drawn(trainers, trainer, 1)));
      const tests = [];
      for (let i = 0; i < 2; i += 1) tests.push(await trainers.wait(trainer.evaluate({ part: 0, of: 2 })));
      const { delta } = await trainers.wait(trainer.localUpdate(options));
      expectSame(await trainers.wait(trainers.read(delta)), first, "after two tests");
      const [{ sums, count }, again] = tests as [Tested, Tested];
      const [loss = Number.NaN] = sums;
      expect(Number.isFinite(loss) && loss >= 0, "a loss", loss);
      expect(Number.isInteger(count) && count > 0, "at least one sample", count);
      expect(sums.length <= maxSums && sums.every(Number.isFinite), `at most ${maxSums} finite sums`, sums.length);
      expectSame([...again.sums, again.count], [...sums, count], "the second test");
    },
  },
  {
    name: "a gradient depends on the parameters that it is asked for at alone, is as long as the layout, and is its receiver's",
    async run(trainers) {
      const trainer = await trainers.make();
      const at = drawn(trainers, trainer, 1);
      const { gradient, loss } = await trainers.wait(trainer.gradientAt(at, batch));
      const length = trainedLength(trainer.layout);
      expect(gradient.length === length, `${length} numbers`, gradient.length);
      expect(gradient.every(Number.isFinite) && Number.isFinite(loss), "finite numbers and a loss", loss);
      expectSame(at, drawn(trainers, trainer, 1), "the parameters that were given");
      const first = gradient.slice();
      await trained(trainers, trainer, drawn(trainers, trainer, 2));
      const again = await trainers.wait(trainer.gradientAt(at, batch));
      expectSame(again.gradient, first, "once more");
      expectSame(gradient, first, "the first one");
    },
  },
  {
    name: "what is asked for without waiting is done in its order",
    async run(trainers) {
      const trainer = await trainers.make();
      const [one, other] = [drawn(trainers, trainer, 1), drawn(trainers, trainer, 2)];
      const first = await trained(trainers, trainer, one);
      const second = await trained(trainers, trainer, other);
      const updated = async (): Promise<Float32Array> => trainers.read((await trainer.localUpdate(options)).delta);
      const asked = [trainer.load(other), trainer.evaluate({ part: 0, of: 1 }), trainer.load(one)];
      const updates = [updated()];
      // One whose updates are overwritten is asked for the next when the one before was read.
      if (trainers.keepsUpdates) updates.push(trainer.load(other).then(updated));
      else asked.push(trainer.load(other));
      await trainers.wait(Promise.all(asked));
      const got = await trainers.wait(Promise.all(updates));
      expectSame(got[0]!, first, "the first update");
      if (trainers.keepsUpdates) expectSame(got[1]!, second, "the second update");
    },
  },
  {
    name: "nothing that is asked of a trainer waits for ever once it was disposed of, be it under way, and that may be done twice",
    async run(trainers) {
      const trainer = await trainers.make();
      await trainers.wait(trainer.load(drawn(trainers, trainer, 1)));
      const underWay = rejection(trainer.localUpdate({ ...options, steps: 40 }));
      trainer.dispose();
      trainer.dispose();
      await trainers.wait(underWay);
      await trainers.wait(rejection(trainer.load(drawn(trainers, trainer, 1))));
      await trainers.wait(rejection(trainer.localUpdate(options)));
      await trainers.wait(rejection(trainer.evaluate({ part: 0, of: 1 })));
    },
  },
];

type Tested = Awaited<ReturnType<Trainer["evaluate"]>>;
