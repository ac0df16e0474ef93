import { defaultConfig } from "../../../shared/run/config.ts";
import { usualShares } from "../../../shared/run/usual-shares.ts";
import { type ConfigKey, textsOf } from "../state/config-texts.ts";

/** The settings as they stand in the form. */
export interface FormTexts {
  readonly texts: Readonly<Record<ConfigKey, string>>;
  /** Whether a person chose the partition; if not, it goes with the data. */
  readonly isPartitionTyped: boolean;
  /** Whether a person chose the shares; if not, there are as many as peers to begin with, if those are more than usual. */
  readonly isSharesTyped: boolean;
}

export const initialTexts: FormTexts = { texts: textsOf(defaultConfig), isPartitionTyped: false, isSharesTyped: false };

/** What the form holds after a person has typed or chosen `text`. Nobody knows the writers of files: they are dealt by `iid`. Pure. */
export function typeText(form: FormTexts, key: ConfigKey, text: string): FormTexts {
  const { isPartitionTyped } = form;
  const texts = { ...form.texts, [key]: text };
  const typed = { ...form, texts };
  if (key === "partition") return { ...typed, isPartitionTyped: true };
  if (key === "shares") return { ...typed, isSharesTyped: true };
  if (key === "startAt" && !form.isSharesTyped)
    return { ...typed, texts: { ...texts, shares: String(usualShares(Number(text))) } };
  if (key !== "data") return typed;
  if (text === "served" && texts.partition.trim() === "writers") return { ...typed, texts: { ...texts, partition: "iid" } };
  if (text === "glyphs" && !isPartitionTyped) return { ...typed, texts: { ...texts, partition: defaultConfig.partition } };
  return typed;
}
