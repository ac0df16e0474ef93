import type * as tfl from "@tensorflow/tfjs-layers";

/** Mean and standard deviation of a tensor's initial values. */
export interface InitialValues {
  readonly fill: number;
  readonly deviation: number;
}

/** As `layer.getConfig()` has an initializer. */
interface Serialized {
  readonly className: string;
  readonly config: Readonly<Record<string, unknown>>;
}

/**
 * What a layer's initializer says of a weight: peers draw normal numbers of its mean and variance, the same on every engine, whatever
 * distribution it names. null: it names no such thing (the identity, or none at all).
 * @param name of the weight in its layer, as `recurrent_kernel`
 */
export function initialValues(layer: tfl.layers.Layer, name: string, shape: readonly number[]): InitialValues | null {
  const given = layer.getConfig()[`${camelCase(name.replace(/(?<=.)_kernel$/, ""))}Initializer`] as Serialized | undefined;
  if (given === undefined) return null;
  const { className, config } = given;
  const number = (key: string, otherwise: number): number => (typeof config[key] === "number" ? config[key] : otherwise);
  switch (className) {
    case "Zeros":
      return { fill: 0, deviation: 0 };
    case "Ones":
      return { fill: 1, deviation: 0 };
    case "Constant":
      return { fill: number("value", 0), deviation: 0 };
    case "RandomNormal":
    case "TruncatedNormal":
      return { fill: number("mean", 0), deviation: number("stddev", 0.05) };
    case "RandomUniform": {
      const [low, high] = [number("minval", -0.05), number("maxval", 0.05)];
      return { fill: (low + high) / 2, deviation: (high - low) / Math.sqrt(12) };
    }
    case "VarianceScaling":
      return { fill: 0, deviation: Math.sqrt(number("scale", 1) / fanOf(shape, String(config["mode"]))) };
    case "Orthogonal":
      // Orthogonal rows or columns of n numbers have entries of variance 1/n.
      return { fill: 0, deviation: number("gain", 1) / Math.sqrt(Math.max(1, ...shape)) };
    default:
      return null;
  }
}

/** What divides the scale: inputs or outputs of a unit, or their mean. */
function fanOf(shape: readonly number[], mode: string): number {
  const taps = shape.slice(0, -2).reduce((product, side) => product * side, 1);
  const root = Math.sqrt(shape.reduce((product, side) => product * side, 1));
  const [inputs, outputs] = shape.length < 2 ? [root, root] : [taps * shape.at(-2)!, taps * shape.at(-1)!];
  return Math.max(1, mode === "fanIn" ? inputs : mode === "fanOut" ? outputs : (inputs + outputs) / 2);
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
