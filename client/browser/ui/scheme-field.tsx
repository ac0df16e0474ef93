import type { Problem } from "../config-texts.ts";
import { Field } from "./field.tsx";
import { MethodList } from "./method-list.tsx";
import { methodsIn } from "./pick-method.ts";
import type { Setting } from "./settings.ts";

interface SchemeFieldProps {
  readonly setting: Setting;
  readonly text: string;
  readonly problem: Problem | undefined;
  readonly onText: (text: string) => void;
}

/** The scheme as a text, what it does in words, and all methods that it can be made of. */
export function SchemeField(props: SchemeFieldProps) {
  const used = methodsIn(props.text);
  const note = used?.map(({ name, summary }) => (
    <p key={name}>
      <code>{name}</code> {summary}
    </p>
  ));
  return (
    <Field {...props} note={note}>
      <MethodList help={props.setting.help} text={props.text} used={used ?? []} onText={props.onText} />
    </Field>
  );
}
