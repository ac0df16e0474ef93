import type { RunConfig } from "../../../shared/run/config.ts";
import { taskNames, taskSummaries } from "../../../shared/run/tasks.ts";
import { topologies } from "../../../shared/tree/topologies.ts";
import { isDealt } from "../../data/shared-partition.ts";
import { ownModelName } from "../../models/own/own-model.ts";
import { models } from "../../models/registry.ts";
import type { ConfigKey } from "../state/config-texts.ts";

/** The groups of settings, in the order of the form. */
export const sections = ["Model and data", "Communication", "Training"] as const;
type Section = (typeof sections)[number];

/** How a setting is asked for and shown. */
export interface Setting {
  readonly key: ConfigKey;
  readonly label: string;
  readonly help: string;
  readonly input: "choice" | "text" | "number";
  /** For a choice: all values with their labels. For text: examples. */
  readonly options?: readonly (readonly [value: string, label: string])[];
  /** Whether it is shown only under "more settings". */
  readonly advanced: boolean;
  readonly section: Section;
  /** Whether it takes a whole row of the form. */
  readonly wide?: boolean;
  /** Whether it has an effect beside these other settings. */
  readonly applies?: (texts: Readonly<Record<ConfigKey, string>>) => boolean;
}

export const settings: readonly Setting[] = [
  {
    key: "model",
    label: "Model",
    help: "What is trained. Own data suggest one that fits them; “own” asks for your model’s files in the room.",
    input: "text",
    options: [
      ...models.map(({ example, summary }) => [example, summary] as const),
      [ownModelName, "A model.json of yours, or the model that a room gave away."],
    ],
    section: "Model and data",
    advanced: false,
  },
  {
    key: "data",
    label: "Data",
    help: "Digits that the page draws itself, the files that this server serves, or each member’s own.",
    input: "choice",
    options: [
      ["drawn", "drawn digits"],
      ["served", "the server’s files"],
      ["own", "each member’s own files"],
    ],
    section: "Model and data",
    advanced: false,
  },
  {
    key: "scheme",
    label: "Compression",
    help: "What of an update is sent, and how the rest is remembered.",
    input: "text",
    section: "Communication",
    advanced: false,
    wide: true,
  },
  {
    key: "startAt",
    label: "Begin at",
    help: "Training begins by itself once so many peers are here.",
    input: "number",
    section: "Training",
    advanced: false,
  },
  {
    key: "task",
    label: "Task",
    help: "What is learned from own files. They suggest it; a column of a few whole numbers may mean either.",
    input: "choice",
    options: taskNames.map((name) => [name, taskSummaries[name]] as const),
    section: "Model and data",
    advanced: true,
    applies: ({ data }) => data === "own",
  },
  {
    key: "partition",
    label: "Partition",
    help: "How samples are dealt to peers: iid, writers, dirichlet(0.5), shards(2).",
    input: "text",
    options: [
      ["iid", "all alike"],
      ["writers", "one hand a peer"],
      ["dirichlet(0.5)", "uneven digits"],
      ["shards(2)", "two digits a peer"],
    ],
    section: "Model and data",
    advanced: true,
    applies: ({ data }) => data !== "own",
  },
  {
    key: "partitions",
    label: "Number of partitions",
    help: "Into how many parts the data is dealt: one for each peer that will come.",
    input: "number",
    section: "Model and data",
    advanced: true,
    applies: isDealt,
  },
  {
    key: "samples",
    label: "Samples a peer",
    help: "How many training digits each peer draws.",
    input: "number",
    section: "Model and data",
    advanced: true,
    applies: ({ data }) => data === "drawn",
  },
  {
    key: "augment",
    label: "Crop and flip",
    help: "Pictures are moved a little and mirrored at random; for photographs, not for digits.",
    input: "choice",
    options: [
      ["none", "off"],
      ["crop-flip", "on"],
    ],
    section: "Model and data",
    advanced: true,
    applies: ({ task }) => task === "images",
  },
  {
    key: "aggregate",
    section: "Communication",
    label: "Sums",
    help: "How peers add sparse updates on the way up the tree.",
    input: "choice",
    options: [
      ["gtopk", "cut to k at each peer (gTop-k)"],
      ["exact", "exact: nothing is cut"],
      ["dense", "dense: every number travels"],
      ["allgather", "all-gather: everyone gets everything"],
      ["auto", "exact for up to 6 peers, then gTop-k"],
      ["twopass", "gTop-k finds the places, then all send their numbers there"],
      ["leader", "one peer, each in turn, says the places"],
      ["countsketch", "a sketch of the sum shows the places"],
    ],
    advanced: true,
  },
  {
    key: "truncationResidual",
    section: "Communication",
    label: "What is cut",
    help: "Who remembers what gTop-k cuts on the way.",
    input: "choice",
    options: [
      ["in-network", "the peer that cuts it"],
      ["gmask", "nobody, as published"],
    ],
    advanced: true,
    applies: ({ aggregate }) => aggregate === "gtopk" || aggregate === "auto",
  },
  {
    key: "tree",
    label: "Tree",
    help: "Who sums with whom.",
    input: "choice",
    options: topologies.map(({ name, summary }) => [name, `${name}: ${summary}`] as const),
    section: "Communication",
    advanced: true,
  },
  {
    key: "localSteps",
    label: "Local steps",
    help: "Steps a peer trains by itself in a round.",
    input: "number",
    section: "Training",
    advanced: true,
  },
  { key: "batch", label: "Batch", help: "Samples a step.", input: "number", section: "Training", advanced: true },
  { key: "rate", label: "Rate", help: "The size of a step.", input: "number", section: "Training", advanced: true },
  {
    key: "proximal",
    label: "Proximal term",
    help: "Draws local steps back to where they began (FedProx), for data that differ; 0 is off.",
    input: "number",
    section: "Training",
    advanced: true,
    applies: ({ localSteps }) => localSteps !== "1",
  },
  {
    key: "clip",
    label: "Clip",
    help: "The longest update of one peer, times the root of their number; 0 is off.",
    input: "number",
    section: "Training",
    advanced: true,
  },
  {
    key: "rounds",
    label: "Rounds",
    help: "The run ends after so many; 0 goes on until paused.",
    input: "number",
    section: "Training",
    advanced: true,
  },
  {
    key: "seed",
    label: "Seed",
    help: "Decides the first model and every draw.",
    input: "number",
    section: "Training",
    advanced: true,
  },
  {
    key: "local",
    label: "Local optimizer",
    help: "What a peer does with its own gradients. Its memory stays on the peer.",
    input: "text",
    section: "Training",
    advanced: true,
    wide: true,
  },
  {
    key: "outer",
    label: "Outer optimizer",
    help: "What is done with the mean update: momentum pays where peers take many steps.",
    input: "text",
    section: "Training",
    advanced: true,
    wide: true,
  },
];

/** The settings that have an effect on a run, as label and value. */
export function summaryOf(config: RunConfig, texts: Readonly<Record<ConfigKey, string>>): { label: string; value: string }[] {
  return settings
    .filter(({ applies }) => applies === undefined || applies(texts))
    .map(({ key, label, input, options }) => {
      const value = String(config[key]);
      const called = input === "choice" ? options?.find(([option]) => option === value)?.[1] : undefined;
      return { label, value: key === "rounds" && config.rounds === 0 ? "until paused" : (called ?? value) };
    });
}
