import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { DataError } from "../../../../client/data/data-set.ts";
import type { FoundData, FoundImages, FoundTable } from "../../../../client/data/found-data.ts";
import { fitToSchema } from "../../../../client/data/schema/fit-to-schema.ts";
import { type DataSchema, parseSchema, schemaText } from "../../../../client/data/schema/schema.ts";
import { schemaOf } from "../../../../client/data/schema/schema-of.ts";
import { cellsOf, readTexts } from "../formats/read-texts.ts";

const people = "age,color,ill\n31,red,no\n?,blue,yes\n40,red,no\n";

async function tableOf(text: string): Promise<FoundTable> {
  const { train } = await readTexts({ "a.csv": text }, { header: true });
  if (train.kind !== "table") throw new Error("expected a table");
  return train;
}

const images: FoundImages = {
  kind: "images",
  ...{ height: 1, width: 2, channels: 1 },
  pixels: Uint8Array.of(1, 2, 3, 4),
  labels: Int32Array.of(0, 1),
  classes: ["cat", "dog"],
};

describe("the schema of data", () => {
  it("of a table has its columns, and the label apart", async () => {
    expect(schemaOf(await tableOf(people), { label: "ill" })).toEqual({
      kind: "table",
      columns: [{ name: "age" }, { name: "color", categories: ["blue", "red"] }],
      label: { name: "ill", classes: ["no", "yes"] },
    });
  });

  it.each([
    ["the one with a usual name", "Target,b\n1,2\n0,3\n", "Target"],
    ["the last where none has one", "a,b\n1,2\n0,3\n", "b"],
  ])("takes as its label %s", async (_, text, label) => {
    expect(schemaOf(await tableOf(text))).toMatchObject({ label: { name: label } });
  });

  it("takes few whole numbers for classes, and others for numbers", async () => {
    const label = async (...values: readonly (string | number)[]) =>
      schemaOf(await tableOf(`a,y\n${values.map((value) => `1,${value}\n`).join("")}`));
    expect(await label(10, 9)).toMatchObject({ label: { classes: ["9", "10"] } });
    expect(await label(10.5, 9)).toMatchObject({ label: { name: "y" } });
    expect(await label(10.5, 9)).not.toHaveProperty("label.classes");
    expect(await label(...Array.from({ length: 21 }, (_, i) => i))).not.toHaveProperty("label.classes");
  });

  it("of a text has its characters where they are few, else makes tokens of bytes, or those that are asked for", () => {
    const few = { kind: "text", text: "b a" } as const;
    const many = { kind: "text", text: String.fromCodePoint(...Array.from({ length: 600 }, (_, i) => 0x4e00 + i)) } as const;
    expect(schemaOf(few)).toEqual({ kind: "text", tokenizer: "characters", vocabulary: " ab" });
    expect(schemaOf(many)).toEqual({ kind: "text", tokenizer: "bytes" });
    expect(schemaOf(few, { tokenizer: "gpt2" })).toEqual({ kind: "text", tokenizer: "gpt2" });
    expect(schemaOf(many, { tokenizer: "characters" })).toHaveProperty("vocabulary.length", 600);
  });

  it("has no more characters for tokens than a schema may, and no tokenizer for what is no text", () => {
    const all = { kind: "text", text: String.fromCodePoint(...Array.from({ length: 5_000 }, (_, i) => 0x4e00 + i)) } as const;
    expect(() => schemaOf(all, { tokenizer: "characters" })).toThrow(
      new DataError("tokenizer: expected a text of at most 4096 different characters, got 5000"),
    );
    expect(() => schemaOf(images, { tokenizer: "gpt2" })).toThrow(
      new DataError("tokenizer: expected a text for gpt2, got images"),
    );
  });

  it.each<[string, FoundData, string]>([
    ["images without labels", { ...images, labels: null }, "images: expected labels, got none"],
    ["images of one class", { ...images, classes: ["dog"] }, "images: expected at least two classes, got dog"],
  ])("is refused for %s", (_, found, message) => {
    expect(() => schemaOf(found)).toThrow(new DataError(message));
  });

  it.each([
    ["a label that is not there", people, "weight", "label: expected one of the columns age, color, ill, got weight"],
    ["one class only", "a,b\n1,x\n2,x\n", "b", "column b: expected at least two classes, got only x"],
    ["one number only", "a,b\n1,5\n2,5\n", "b", "column b: expected at least two classes, got only 5"],
  ])("of a table is refused for %s", async (_, text, label, message) => {
    const table = await tableOf(text);
    expect(() => schemaOf(table, { label })).toThrow(new DataError(message));
  });
});

const name = fc.string({ maxLength: 8 });
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 5 });
const side = fc.integer({ min: 1, max: 4_096 });
const schemas: fc.Arbitrary<DataSchema> = fc.oneof(
  fc.record({
    kind: fc.constant("images" as const),
    height: side,
    width: side,
    channels: fc.integer({ min: 1, max: 4 }),
    classes: names,
  }),
  fc.record({ kind: fc.constant("text" as const), tokenizer: fc.constantFrom("bytes" as const, "gpt2" as const) }),
  fc.uniqueArray(name, { minLength: 2, maxLength: 7 }).chain(([last, ...others]) =>
    fc.record({
      kind: fc.constant("table" as const),
      columns: fc.tuple(
        ...others.map((one) =>
          fc.oneof(
            fc.constant({ name: one }),
            names.map((categories) => ({ name: one, categories })),
          ),
        ),
      ),
      label: fc.oneof(
        fc.constant({ name: last! }),
        names.map((classes) => ({ name: last!, classes })),
      ),
    }),
  ),
);

describe("the text of a schema", () => {
  it("is read back as the same schema", () => {
    fc.assert(
      fc.property(schemas, (schema) => {
        expect(schemaText(parseSchema(schemaText(schema)))).toBe(schemaText(schema));
      }),
    );
  });

  it("of anything else is refused with a DataError", () => {
    const cut = schemas.map(schemaText).chain((text) => fc.nat(text.length).map((at) => text.slice(0, at)));
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json(), cut), (text) => {
        try {
          parseSchema(text);
        } catch (cause) {
          expect(cause).toBeInstanceOf(DataError);
        }
      }),
    );
  });
});

it.each([
  [
    "two columns of one name",
    '{"kind":"table","columns":[{"name":"a"},{"name":"a"}],"label":{"name":"b"}}',
    "a different name for each column",
  ],
  [
    "a column named as the label",
    '{"kind":"table","columns":[{"name":"a"}],"label":{"name":"a"}}',
    "a different name for each column",
  ],
  ["a class twice", '{"kind":"images","height":1,"width":1,"channels":1,"classes":["a","a"]}', "different names"],
])("a schema with %s is refused", (_, text, message) => {
  expect(() => parseSchema(text)).toThrow(message);
});

describe("fitting own data to a room's schema", () => {
  it("brings columns and codes into the room's order, and keeps missing values", async () => {
    const schema = schemaOf(await tableOf(people), { label: "ill" });
    const fitted = fitToSchema(await tableOf("ill,color,age\nyes,red,20\nyes,?,NA\n"), schema);
    expect(fitted.kind === "table" && cellsOf(fitted)).toEqual({ age: [20, null], color: ["red", null], ill: ["yes", "yes"] });
    expect(fitted).toMatchObject({ columns: [{}, { categories: ["blue", "red"] }, { categories: ["no", "yes"] }], label: "ill" });
  });

  it("takes numbers for categories", async () => {
    const schema = schemaOf(await tableOf("size,y\n1,a\n3a,b\nb,a\n1,b\n"), { label: "y" });
    const fitted = fitToSchema(await tableOf("size,y\n1,a\n1,b\n"), schema);
    expect(fitted.kind === "table" && cellsOf(fitted)).toEqual({ size: ["1", "1"], y: ["a", "b"] });
  });

  it.each([
    ["a column that is missing", "color,ill\nred,no\n", "expected a column named age, as the room has, got color, ill"],
    ["a column of its own", "age,color,ill,x\n1,red,no,1\n", "column x: expected one of the room's columns (age, color, ill)"],
    ["words for numbers", "age,color,ill\nold,red,no\n", "column age, row 1: expected a number, got old"],
    [
      "a category of its own",
      "age,color,ill\n1,red,no\n2,green,no\n",
      "column color, row 2: expected a value that the room has (blue, red), got green",
    ],
    [
      "a class of its own",
      "age,color,ill\n1,red,maybe\n",
      "column ill, row 1: expected a value that the room has (no, yes), got maybe",
    ],
    ["a row without a label", "age,color,ill\n1,red,no\n1,red,\n", "column ill, row 2: expected a label, got nothing"],
  ])("refuses %s", async (_, text, message) => {
    const schema = schemaOf(await tableOf(people), { label: "ill" });
    const own = await tableOf(text);
    expect(() => fitToSchema(own, schema)).toThrow(new DataError(message));
  });

  it("takes a column without any value for one of any kind", async () => {
    const schema = schemaOf(await tableOf(people), { label: "ill" });
    const fitted = fitToSchema(await tableOf("age,color,ill\n,,no\n,,yes\n"), schema);
    expect(fitted.kind === "table" && cellsOf(fitted)).toEqual({ age: [null, null], color: [null, null], ill: ["no", "yes"] });
  });

  it("gives images the room's class numbers", () => {
    const schema: DataSchema = { kind: "images", height: 1, width: 2, channels: 1, classes: ["bird", "dog", "cat"] };
    expect(fitToSchema(images, schema)).toMatchObject({ labels: Int32Array.of(2, 1), classes: ["bird", "dog", "cat"] });
  });

  it.each<[string, Partial<DataSchema>, string]>([
    ["of another size", { height: 2 }, "expected images of 2×2 in 1 channel, as the room has, got 1×2 in 1 channel"],
    [
      "of a class that the room lacks",
      { classes: ["cat", "bird"] },
      "image 2: expected a class that the room has (cat, bird), got dog",
    ],
  ])("refuses images %s", (_, change, message) => {
    const schema = { kind: "images", height: 1, width: 2, channels: 1, classes: ["cat", "dog"], ...change } as DataSchema;
    expect(() => fitToSchema(images, schema)).toThrow(new DataError(message));
  });

  it("says whose schema it is, where that is a saved model's", async () => {
    const schema = schemaOf(await tableOf(people), { label: "ill" });
    const said = async (text: string): Promise<string> => {
      const own = await tableOf(text);
      try {
        fitToSchema(own, schema, { owner: "model" });
        return "";
      } catch (error) {
        return (error as DataError).message;
      }
    };
    expect(await said("color,ill\nred,no\n")).toBe("expected a column named age, as the model has, got color, ill");
    expect(await said("age,color,ill\n1,green,no\n")).toContain("a value that the model has (blue, red)");
    expect(await said("age,color,ill,x\n1,red,no,1\n")).toContain("one of the model's columns");
  });

  it("refuses a character that the room's texts do not have, by its place", () => {
    const schema = schemaOf({ kind: "text", text: "ab" });
    expect(() => fitToSchema({ kind: "text", text: "abc" }, schema)).toThrow(
      'character 3: expected one of the 2 that the room\'s texts have, got "c"',
    );
  });
});
