import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readForm } from "../../../client/page/landing/read-form.ts";
import { roomName } from "../../../client/page/landing/room-name.ts";
import { pathBelow, roomPath, routeOf } from "../../../client/page/route.ts";
import { fragmentOf, textsOf } from "../../../client/page/state/config-texts.ts";
import { runFault } from "../../../client/tasks/run-problems.ts";
import { defaultConfig, type RunConfig } from "../../../shared/run/config.ts";
import { dealingProblem } from "../../../shared/run/dealing-problem.ts";
import { topologyNames } from "../../../shared/tree/topologies.ts";

const anyFields: fc.Arbitrary<RunConfig> = fc.record({
  task: fc.constant("images"),
  from: fc.constantFrom("", "0123456789abcdef0123456789abcdef"),
  model: fc.constantFrom("softmax", "mlp(64)", "mlp(8)", "cnn", "resnet(18, width=8)"),
  data: fc.constantFrom("drawn", "served"),
  schema: fc.constant(""),
  partition: fc.constantFrom("writers", "iid", "dirichlet(0.25)", "shards(3)"),
  partitions: fc.integer({ min: 1, max: 4096 }),
  samples: fc.integer({ min: 10, max: 100_000 }),
  augment: fc.constantFrom("none", "crop-flip"),
  scheme: fc.constantFrom("ef14(topk(1%))", "ef21(topk(500))", "none", "ef14(topk(0.1%), decay=0.9)"),
  outer: fc.constantFrom("sgd(1)", "nesterov(0.7, momentum=0.9)", "adam(0.01)"),
  local: fc.constantFrom("sgd", "momentum(0.9)", "adamw(0.9, 0.99)", "muon(0.95)"),
  tree: fc.constantFrom(...topologyNames),
  aggregate: fc.constantFrom("gtopk", "exact", "dense", "allgather", "auto"),
  truncationResidual: fc.constant("in-network"),
  localSteps: fc.integer({ min: 1, max: 10_000 }),
  batch: fc.integer({ min: 1, max: 4096 }),
  rate: fc.double({ min: 1e-6, max: 100, noNaN: true }),
  // Below 2/rate, whatever that is.
  proximal: fc.double({ min: 0, max: 0.01, noNaN: true }).map((value) => Math.abs(value)),
  clip: fc.oneof(fc.constant(0), fc.double({ min: 1e-6, max: 1e6, noNaN: true })), // a smaller norm trains nothing
  rounds: fc.integer({ min: 0, max: 1_000_000 }),
  startAt: fc.integer({ min: 1, max: 4096 }),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
});
/** Files have no writers, and drawn digits that are dealt by label are not too many. */
const anyConfig = anyFields.filter((config) => dealingProblem(config) === null);

/** The server's folder, wherever a proxy puts it. */
const anyBase = fc.constantFrom("https://copse.test/", "https://copse.test/copse/", "http://[::1]:8080/a/r/b/");

describe("a room's link", () => {
  it("carries every configuration to whoever opens it", () => {
    fc.assert(
      fc.property(anyConfig, anyBase, (config, base) => {
        const url = new URL(roomPath("misty-alder-42", config), base);
        const wanted = fragmentOf(config) === "" ? null : config;
        expect(routeOf(pathBelow(base, url.pathname), url.hash)).toEqual({
          page: "room",
          room: "misty-alder-42",
          config: wanted,
        });
      }),
    );
  });

  it("names only the settings that differ from their defaults", () => {
    expect(roomPath("r", defaultConfig)).toBe("r/r");
    expect(roomPath("r", { ...defaultConfig, rate: 0.1 })).toBe("r/r#rate=0.1");
  });

  it("is understood or refused in a sentence, whatever it holds", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (path, fragment) => {
        const route = routeOf(`r/${path}`, `#${fragment}`);
        if (route.page === "problem") expect(route.sentence).toMatch(/^[A-Z].*\.$/s);
      }),
    );
  });

  it.each([
    ["#rate=fast", "rate: expected a number, got “fast”"],
    ["#rounds=-1", "rounds: expected at least 0, got “-1”"],
    ["#rounds=1.5", "rounds: expected a whole number, got “1.5”"],
    ["#batch=9999", "batch: expected at most 4096, got “9999”"],
    ["#model=tree", "model: expected a model (softmax, mlp, cnn, resnet, gpt, gpt2), got tree; did you mean mlp?"],
    ["#partition=all", "partition: expected writers, iid, dirichlet(α), shards(n), quantity(β) or by(column), got “all”"],
    ["#proximal=-1", "proximal: expected at least 0, got “-1”"],
    ["#rate=0.1&proximal=30", "proximal: expected less than 2/rate = 20, from where local steps diverge, got 30"],
    ["#color=red", "color: there is no such setting"],
    ["#seed=", "seed: expected a number, got nothing"],
    ["#rate=0,3", "rate: expected a number, got “0,3”; with a point, as in 0.3, it is a number"],
    ["#partition=dirichlet(0)", "partition: expected dirichlet(α) with α from 0.001 to 1000000, got “dirichlet(0)”"],
    [
      "#data=served",
      "partition: expected iid, dirichlet(α), shards(n), quantity(β) or by(column) for served data, whose writers are not known, got writers",
    ],
  ])("%s is refused with the setting, what was expected and what it has", (fragment, sentence) => {
    expect(routeOf("r/x", fragment)).toEqual({
      page: "problem",
      sentence: `This link has a setting that cannot be used: ${sentence}.`,
    });
  });

  it("is opened whatever its scheme, which the peer judges: the room's page has no code of schemes", () => {
    expect(routeOf("r/x", "#scheme=tpok(1%25)")).toMatchObject({ page: "room", config: { scheme: "tpok(1%)" } });
    expect(runFault({ ...defaultConfig, scheme: "tpok(1%)" })).toMatch(/^scheme: expected a .*; did you mean topk\?$/);
  });

  it("cannot be made when the scheme or the optimizer is misspelt, with the place and the nearest right name", () => {
    const reading = readForm({ scheme: "ef14(tpok(1%))", outer: "adm(0.1)" });
    const problems = reading.ok ? new Map() : reading.problems;
    expect(problems.get("scheme")).toEqual({
      sentence: expect.stringMatching(/^expected a .*; did you mean topk\?$/),
      position: 5,
    });
    expect(problems.get("outer")).toEqual({
      sentence: expect.stringMatching(/^expected an .*; did you mean adam\?$/),
      position: 0,
    });
  });

  it("has a sentence for every setting that is wrong, and for no other", () => {
    const reading = readForm({ scheme: "topk(", rate: "fast", rounds: "3" });
    expect(reading.ok ? [] : [...reading.problems.keys()].sort()).toEqual(["rate", "scheme"]);
  });

  it("goes to the landing page without a room, and nowhere with a strange one", () => {
    expect(routeOf("", "").page).toBe("landing");
    expect(routeOf("r/a%2Fb", "").page).toBe("problem");
    expect(routeOf(`r/${"x".repeat(65)}`, "").page).toBe("problem");
    expect(routeOf("elsewhere", "").page).toBe("problem");
  });

  it("reads back what the form shows for every configuration", () => {
    fc.assert(
      fc.property(anyConfig, (config) => {
        expect(readForm(textsOf(config))).toEqual({ ok: true, config });
      }),
    );
  });

  it("can name any room that the generator makes", () => {
    const draw = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(draw, draw, draw, (...draws) => {
        const uniforms = [...draws];
        expect(routeOf(`r/${roomName(() => uniforms.shift()!)}`, "").page).toBe("room");
      }),
    );
  });
});
