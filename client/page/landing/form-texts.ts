import { defaultConfig } from "../../../shared/run/config.ts";
import { type Preset, presets } from "../../../shared/run/presets.ts";
import { usualPartitions } from "../../../shared/run/usual-partitions.ts";
import { type ConfigKey, textsOf } from "../state/config-texts.ts";

/** The texts of the form. */
export interface FormTexts {
  readonly texts: Readonly<Record<ConfigKey, string>>;
  /** Whether a person chose the partition; if not, it follows from the data. */
  readonly isPartitionTyped: boolean;
  /** Whether a person chose the number of partitions; if not, it is `usualPartitions` of the peers that the run begins with. */
  readonly isPartitionsTyped: boolean;
}

export const initialTexts: FormTexts = { texts: textsOf(defaultConfig), isPartitionTyped: false, isPartitionsTyped: false };

/** The form with the settings of a preset. Pure. */
export function applyPreset(form: FormTexts, { settings }: Preset): FormTexts {
  const { texts } = form;
  const set = Object.entries(settings).map(([key, value]) => [key, String(value)] as const);
  return { ...form, texts: { ...texts, ...Object.fromEntries(set) } };
}

/** The preset all of whose settings the form has; null if there is none. Pure. */
export function presetIn({ texts }: FormTexts): Preset | null {
  const has = ({ settings }: Preset): boolean =>
    Object.entries(settings).every(([key, value]) => texts[key as ConfigKey].trim() === String(value));
  return presets.find(has) ?? null;
}

/** The form after a person has typed or chosen `text`. Files are dealt by `iid`, since their writers are not known. Pure. */
export function typeText(form: FormTexts, key: ConfigKey, text: string): FormTexts {
  const { isPartitionTyped } = form;
  const texts = { ...form.texts, [key]: text };
  const typed = { ...form, texts };
  if (key === "partition") return { ...typed, isPartitionTyped: true };
  if (key === "partitions") return { ...typed, isPartitionsTyped: true };
  if (key === "startAt" && !form.isPartitionsTyped)
    return { ...typed, texts: { ...texts, partitions: String(usualPartitions(Number(text))) } };
  if (key !== "data") return typed;
  if (text !== "drawn" && texts.partition.trim() === "writers") return { ...typed, texts: { ...texts, partition: "iid" } };
  if (text === "drawn" && !isPartitionTyped) return { ...typed, texts: { ...texts, partition: defaultConfig.partition } };
  return typed;
}
