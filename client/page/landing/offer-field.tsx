import type { Problem } from "../state/config-texts.ts";
import { Field } from "./field.tsx";
import { OfferList } from "./offer-list.tsx";
import type { Offer } from "./offers.ts";
import type { Setting } from "./settings.ts";

interface OfferFieldProps {
  readonly setting: Setting;
  readonly text: string;
  readonly problem: Problem | undefined;
  readonly offer: Offer;
  readonly onText: (text: string) => void;
}

/** A text that names methods, what they do in words, and all methods that there are. */
export function OfferField({ offer, ...props }: OfferFieldProps) {
  const note = offer.used?.map(({ name, summary }) => (
    <p key={name}>
      <code>{name}</code> {summary}
    </p>
  ));
  return (
    <Field {...props} note={note}>
      <OfferList help={props.setting.help} offer={offer} onText={props.onText} />
    </Field>
  );
}
