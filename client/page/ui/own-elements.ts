import { type ComponentChildren, createElement, Fragment, options, type VNode } from "preact";

/**
 * Makes each text of the page the `textContent` of an element of its own. Translations and extensions replace text nodes by
 * elements; Preact would go on writing into the nodes that were taken out of the page. The elements stay in the page, and a
 * changed text replaces their content, whatever it is by then.
 */
export function giveTextsElements(): void {
  const before = options.vnode;
  options.vnode = (vnode) => {
    before?.(vnode);
    giveElements(vnode);
  };
}

/** Wraps the texts of one element or fragment, but not of what its components render. */
export function giveElements(vnode: VNode): void {
  const { type, props } = vnode;
  if (typeof type !== "string" && type !== Fragment) return;
  const given: Props = props;
  const parts = textsIn(given.children);
  if (parts.length === 0) return;
  if (type === "text" || type === "title") {
    // In SVG Preact sets attributes, not properties: there a changed text is a new element.
    vnode.key ??= parts.join("");
    return;
  }
  if (type === Fragment || parts.includes(null)) {
    given.children = wrapped(given.children);
    return;
  }
  given.textContent = parts.join("");
  given.children = undefined;
  if (type === "code" || type === "pre" || isFigure(given.textContent)) given.translate ??= false;
}

interface Props {
  children?: ComponentChildren;
  textContent?: string;
  translate?: boolean;
}

/** The texts among an element's children, with null for each other child; empty if there is no text. */
function textsIn(children: ComponentChildren): readonly (string | null)[] {
  const parts = flat(children).map((child) => (isText(child) ? String(child) : null));
  return parts.some((part) => part !== null) ? parts : [];
}

function flat(children: ComponentChildren): ComponentChildren[] {
  if (Array.isArray(children)) return children.flatMap(flat);
  return children === null || children === undefined || typeof children === "boolean" ? [] : [children];
}

/** The children with each text in an element. */
function wrapped(children: ComponentChildren): ComponentChildren {
  if (Array.isArray(children)) return children.map(wrapped);
  if (!isText(children)) return children;
  const text = String(children);
  return createElement("span", isFigure(text) ? { textContent: text, translate: false } : { textContent: text });
}

function isText(child: ComponentChildren): child is string | number | bigint {
  return typeof child === "string" || typeof child === "number" || typeof child === "bigint";
}

/** Whether a text is a figure ("12", "91.2 %", "4.16 kB", "–"): the same in every language, and changed up to ten times a second. */
function isFigure(text: string): boolean {
  return /^[^\p{L}]*$|^[^\p{L}]*\d[^\p{L}]*\p{L}{1,3}$/u.test(text);
}
