import { defaultConfig } from "../../../shared/training/config.ts";
import { type ConfigKey, textsOf } from "../config-texts.ts";

/** The settings as they stand in the form. */
export interface FormTexts {
  readonly texts: Readonly<Record<ConfigKey, string>>;
  /** Whether a person chose the partition; if not, it goes with the data. */
  readonly isPartitionTyped: boolean;
}

export const initialTexts: FormTexts = { texts: textsOf(defaultConfig), isPartitionTyped: false };

/** What the form holds after a person has typed or chosen `text`. Nobody knows the writers of files: they are dealt by `iid`. Pure. */
export function typeText({ texts, isPartitionTyped }: FormTexts, key: ConfigKey, text: string): FormTexts {
  const typed = { ...texts, [key]: text };
  if (key === "partition") return { texts: typed, isPartitionTyped: true };
  if (key !== "data") return { texts: typed, isPartitionTyped };
  if (text === "served" && texts.partition.trim() === "writers")
    return { texts: { ...typed, partition: "iid" }, isPartitionTyped };
  if (text === "glyphs" && !isPartitionTyped)
    return { texts: { ...typed, partition: defaultConfig.partition }, isPartitionTyped };
  return { texts: typed, isPartitionTyped };
}
