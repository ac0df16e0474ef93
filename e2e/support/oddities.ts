import type { BrowserContext } from "@playwright/test";

/** These run in a page, before its own code. */

/** A browser in which a policy or a person has turned WebRTC off. */
export function withoutWebrtc(): void {
  for (const name of ["RTCPeerConnection", "webkitRTCPeerConnection", "RTCDataChannel"]) Reflect.deleteProperty(window, name);
}

/** A browser with an extension that guards addresses, or with too many connections. */
export function webrtcThatThrows(): void {
  const refuse = function RTCPeerConnection(): never {
    throw new DOMException("Cannot create so many PeerConnections", "UnknownError");
  };
  Object.assign(window, { RTCPeerConnection: refuse, webkitRTCPeerConnection: refuse });
}

/**
 * Translates the page continuously, as Chromium does: a `font` element replaces each text node, so that writing to the node does
 * not change the page. Elements with `translate="no"` stay.
 */
export function translation(): void {
  const isKept = (text: Text): boolean => {
    const parent = text.parentElement;
    const word = parent?.closest("[translate], .notranslate");
    const wanted = word == null || (!word.classList.contains("notranslate") && word.getAttribute("translate") !== "no");
    return parent === null || !wanted || parent.closest("head, font, script, style, textarea") !== null;
  };
  const translate = (text: Text): void => {
    if (text.data.trim() === "" || isKept(text)) return;
    const outer = document.createElement("font");
    const inner = outer.appendChild(document.createElement("font"));
    inner.textContent = `«${text.data}»`;
    text.replaceWith(outer);
  };
  const visit = (node: Node): void => {
    if (node instanceof Text) translate(node);
    else for (const child of [...node.childNodes]) visit(child);
  };
  new MutationObserver((changes) => {
    for (const { target, addedNodes } of changes) for (const node of [target, ...addedNodes]) visit(node);
  }).observe(document, { subtree: true, childList: true, characterData: true });
}

/** These run in a tab's worker, before its peer does anything. */
export const workerOddities = {
  "whose storage does not answer": "IDBFactory.prototype.open = () => new EventTarget();",
  "whose locks do not answer": "LockManager.prototype.request = () => new Promise(() => {});",
  "that has no locks": "Object.defineProperty(navigator, 'locks', { value: undefined });",
  "whose graphics driver does not answer": "navigator.gpu.requestAdapter = () => new Promise(() => {});",
  "that has no graphics at all":
    "Object.defineProperty(navigator, 'gpu', { value: undefined }); OffscreenCanvas.prototype.getContext = () => null;",
} as const;

/** Puts this source before that of the workers of all pages that are opened from now on. */
export async function beforeWorkers(context: BrowserContext, source: string): Promise<void> {
  await context.route(/\/assets\/worker-[^/]*\.js$/, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, body: `${source}\n${await response.text()}` });
  });
}
