import { type ComponentChildren, createElement, Fragment, options, type VNode } from "preact";

/**
 * From now on each text of the page is the `textContent` of an element of its own. A browser that translates the page, and many an
 * extension, puts elements in the place of text nodes; Preact would go on writing into the nodes that were taken out, and nobody
 * would see it. The elements stay, and a text that changes is given again, whatever is in them by then.
 */
export function giveTextsElements(): void {
  const before = options.vnode;
  options.vnode = (vnode) => {
    before?.(vnode);
    giveElements(vnode);
  };
}

/** The same for one element or fragment, not for what its components render. */
export function giveElements(vnode: VNode): void {
  const { type, props } = vnode;
  if (typeof type !== "string" && type !== Fragment) return;
  const given: Props = props;
  const parts = textsIn(given.children);
  if (parts.length === 0) return;
  if (type === "text" || type === "title") {
    // In a drawing Preact sets attributes, no properties: there another text is another element.
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

/** The texts among an element's children, and null for each other thing; nothing if there is no text. */
function textsIn(children: ComponentChildren): readonly (string | null)[] {
  const parts = flat(children).map((child) => (isText(child) ? String(child) : null));
  return parts.some((part) => part !== null) ? parts : [];
}

function flat(children: ComponentChildren): ComponentChildren[] {
  if (Array.isArray(children)) return children.flatMap(flat);
  return children === null || children === undefined || typeof children === "boolean" ? [] : [children];
}

/** The same children at the same places, texts in elements. */
function wrapped(children: ComponentChildren): ComponentChildren {
  if (Array.isArray(children)) return children.map(wrapped);
  if (!isText(children)) return children;
  const text = String(children);
  return createElement("span", isFigure(text) ? { textContent: text, translate: false } : { textContent: text });
}

function isText(child: ComponentChildren): child is string | number | bigint {
  return typeof child === "string" || typeof child === "number" || typeof child === "bigint";
}

/** "12", "91.2 %", "4.16 kB", "–": is the same in every language, and may change ten times a second. */
function isFigure(text: string): boolean {
  return /^[^\p{L}]*$|^[^\p{L}]*\d[^\p{L}]*\p{L}{1,3}$/u.test(text);
}
