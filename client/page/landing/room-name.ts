const qualities = (
  "amber autumn calm clear dewy early evening fern gentle golden green hazy high leafy little long " +
  "low misty mossy northern old quiet rainy russet shady silver slow still sunny tall warm windy"
).split(" ");
const trees = (
  "alder apple ash aspen bay beech birch box cedar cherry elder elm fir hazel holly hornbeam " +
  "juniper larch lime maple oak olive pear pine plane plum poplar rowan spruce walnut willow yew"
).split(" ");

/** A room's name that can be said over a telephone, e.g. `misty-alder-42`: one of 32 · 32 · 90. `uniform` draws from [0, 1). */
export function roomName(uniform: () => number): string {
  const pick = (words: readonly string[]): string => words[Math.floor(uniform() * words.length)]!;
  return `${pick(qualities)}-${pick(trees)}-${10 + Math.floor(uniform() * 90)}`;
}
