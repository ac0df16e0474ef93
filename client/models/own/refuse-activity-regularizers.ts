import { ModelError } from "./model-error.ts";

/**
 * Refuses a topology with a regularizer of what a layer gives, before tfjs does without saying where.
 * @throws {ModelError} by the layer's name
 */
export function refuseActivityRegularizers(topology: object): void {
  const open: unknown[] = [topology];
  while (open.length > 0) {
    const node = open.pop();
    if (typeof node !== "object" || node === null) continue;
    const { class_name, name, config } = node as Readonly<Record<string, unknown>>;
    if (typeof config === "object" && config !== null) {
      const { activity_regularizer, name: own } = config as Readonly<Record<string, unknown>>;
      if (activity_regularizer != null)
        throw new ModelError(
          `layer ${String(name ?? own)} (${String(class_name)}): expected no regularizer of what it gives, which tfjs does not apply, got activity_regularizer`,
        );
    }
    open.push(...Object.values(node).reverse());
  }
}
