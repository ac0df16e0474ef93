import { randomInt } from "node:crypto";

const qualities =
  "amber brisk calm clear crisp early fern gentle green hazel kind light mellow mossy quiet rustic sunny tall warm wild".split(
    " ",
  );
const beings =
  "alder badger beech birch crane elm finch fox hare hazel heron jay linden maple marten oak otter owl robin rowan wren".split(
    " ",
  );

/** A name for a fresh room that is easy to say aloud, e.g. `quiet-fox-42`; one of more than 40,000, so that two rarely collide. */
export function drawRoomName(): string {
  return `${pick(qualities)}-${pick(beings)}-${randomInt(100)}`;
}

function pick(words: readonly string[]): string {
  return words[randomInt(words.length)]!;
}
