import { createElement, Fragment, type VNode } from "preact";
import { describe, expect, it } from "vitest";
import { giveElements } from "../../../client/page/ui/own-elements.ts";

type Props = Record<string, unknown> & { readonly children?: unknown };

/** An element's own properties, and of its children what they are and what they say. */
function given(vnode: VNode): Props {
  giveElements(vnode);
  const props: Props = { ...vnode.props };
  const told = (child: unknown): unknown => {
    if (Array.isArray(child)) return child.map(told);
    return typeof child === "object" && child !== null ? [(child as VNode).type, (child as VNode).props] : child;
  };
  return { ...props, children: told(props.children) };
}

describe("the texts of the page", () => {
  it("are the whole content of their element, or have an element of their own at the place where they were", () => {
    expect(given(createElement("p", {}, "Round ", 3, null))).toEqual({ textContent: "Round 3", children: undefined });
    const bold = createElement("b", {});
    expect(given(createElement("p", {}, "Round ", false, bold, [" of"]))).toEqual({
      children: [["span", { textContent: "Round " }], false, ["b", {}], [["span", { textContent: " of" }]]],
    });
    expect(given(createElement(Fragment, {}, "alone"))).toEqual({ children: ["span", { textContent: "alone" }] });
  });

  it("are in a drawing, where elements have no textContent to set, in another element each time that they change", () => {
    const text = createElement("text", {}, 3);
    expect(given(text)).toEqual({ children: 3 });
    expect(text.key).toBe("3");
  });

  it("are left to a component that is to show them", () => {
    expect(given(createElement(() => null, {}, "a text"))).toEqual({ children: "a text" });
  });

  it.each(["12", "–", "91.2 %", "4.16 kB", "1/147", " · ", "251 ms"])("are not translated where they are figures: %s", (text) => {
    expect(given(createElement("dd", {}, text))).toMatchObject({ textContent: text, translate: false });
  });

  it.each(["the root", "you", "3 peers", "B 12 is here"])("are translated where they are words: %s", (text) => {
    expect(given(createElement("dd", {}, text))).toEqual({ textContent: text, children: undefined });
  });

  it("are changed once only, whatever is made of the element", () => {
    const element = createElement("p", {}, "a", createElement("b", {}, "c"));
    const once = given(element);
    expect(given(element)).toEqual(once);
  });
});
