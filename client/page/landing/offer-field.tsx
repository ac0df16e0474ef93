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

/** The field of a text that names methods, with what they do in words, and the list of all methods. */
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
