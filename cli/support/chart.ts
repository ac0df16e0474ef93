import { init } from "echarts";

const strokes = { solid: "solid", dashed: [7, 4], dotted: [2, 3], "dash-dot": [9, 3, 2, 3] } as const;

/** One line of a chart. */
export interface Line {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly color: string;
  readonly stroke?: keyof typeof strokes;
}

/** One chart beside the others. Without axes of its own it has those of the picture, whose range of y is that of all lines. */
export interface Panel {
  readonly title: string;
  readonly lines: readonly Line[];
  readonly x?: Axis;
  readonly y?: Axis;
}

export interface Axis {
  readonly title: string;
  readonly scale: "log" | "linear";
  readonly min?: number;
  readonly max?: number;
}

interface ChartOptions {
  readonly title: string;
  readonly x: Axis;
  readonly y: Axis;
}

const height = 620;
const top = 70;
const left = 80;
const legendRow = 18;
const plotBottom = 45;

/** A picture of lines, one panel or several side by side, each with its legend below: an SVG that needs no font or script. */
export function chart(panels: readonly Panel[], { title, x, y }: ChartOptions): string {
  const panelWidth = panels.length === 1 ? 720 : 560;
  const rows = Math.max(...panels.map(({ lines }) => Math.ceil(lines.length / 2)));
  const legendHeight = rows * legendRow + 14;
  const shared = {
    ...y,
    ...rangeOf(
      panels.filter((panel) => panel.y === undefined),
      y,
    ),
  };
  const picture = init(null, null, { renderer: "svg", ssr: true, width: panelWidth * panels.length, height });
  picture.setOption({
    animation: false,
    backgroundColor: "#ffffff",
    textStyle: { fontFamily: "sans-serif" },
    title: [
      { text: title, left: "center", top: 10, textStyle: { fontSize: 16 } },
      ...panels.map((panel, i) => ({
        text: panel.title,
        left: panelWidth * i + (left + panelWidth - 20) / 2,
        top: 42,
        textAlign: "center",
        textStyle: { fontSize: 13, fontWeight: "normal" },
      })),
    ],
    grid: panels.map((_, i) => ({
      left: panelWidth * i + left,
      width: panelWidth - left - 20,
      top,
      height: height - top - plotBottom - legendHeight,
    })),
    xAxis: panels.map((panel, gridIndex) => ({ gridIndex, nameGap: 26, ...axisOf(panel.x ?? x) })),
    yAxis: panels.map((panel, gridIndex) => ({ gridIndex, nameGap: 52, ...axisOf(panel.y ?? shared) })),
    // Legends go by name, and one line may be in two panels: its name in the second ends in a blank.
    legend: panels.map(({ lines }, i) => ({
      data: lines.map(({ name }) => nameIn(i, name)),
      left: panelWidth * i + left,
      width: panelWidth - left,
      top: height - legendHeight,
      height: legendHeight,
      itemWidth: 34,
      itemStyle: { opacity: 0 },
      itemGap: 6,
      textStyle: { fontSize: 11, width: 178, overflow: "truncate" },
    })),
    series: panels.flatMap(({ lines }, i) =>
      lines.map(({ name, points, color, stroke }) => ({
        type: "line",
        name: nameIn(i, name),
        data: points,
        xAxisIndex: i,
        yAxisIndex: i,
        symbol: "none",
        clip: true,
        lineStyle: { color, width: 1.8, type: strokeOf(stroke ?? "solid") },
        itemStyle: { color },
      })),
    ),
  });
  const svg = picture.renderToSVGString();
  picture.dispose();
  return svg;
}

function strokeOf(stroke: keyof typeof strokes): "solid" | number[] {
  const pattern = strokes[stroke];
  return pattern === "solid" ? pattern : [...pattern];
}

function axisOf({ title, scale, min, max }: Axis) {
  return {
    type: scale === "log" ? ("log" as const) : ("value" as const),
    name: title,
    nameLocation: "middle" as const,
    nameTextStyle: { fontSize: 12, color: "#333333" },
    axisLine: { show: true, lineStyle: { color: "#666666" } },
    axisTick: { show: true },
    axisLabel: { color: "#333333", hideOverlap: true, formatter: scale === "log" ? powerOfTen : String },
    splitLine: { show: true, lineStyle: { color: "#e4e4e4" } },
    minorTick: { show: scale === "log" },
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
  };
}

/** 0.001 as 10⁻³; an empty text for a value that is no power of ten. */
function powerOfTen(value: number): string {
  const exponent = Math.round(Math.log10(value));
  if (Math.abs(value / 10 ** exponent - 1) > 1e-9) return "";
  return `10${String(exponent).replace(/./g, (sign) => superscripts[sign]!)}`;
}

const superscripts: Readonly<Record<string, string>> = Object.fromEntries(
  [..."-0123456789"].map((sign, i) => [sign, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[i]!]),
);

function nameIn(panel: number, name: string): string {
  return name + "\u200b".repeat(panel);
}

/** The range of a logarithmic axis: from the power of ten at or below all y to the one at or above; that of a linear axis as given. */
function rangeOf(panels: readonly Panel[], { scale, min, max }: Axis): Pick<Axis, "min" | "max"> {
  const asked = { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
  if (scale === "linear") return asked;
  const ys = panels.flatMap(({ lines }) => lines.flatMap(({ points }) => points.map((point) => point[1])));
  return { min: 10 ** Math.floor(Math.log10(Math.min(...ys))), max: 10 ** Math.ceil(Math.log10(Math.max(...ys))), ...asked };
}
