import { Component, type ComponentChildren, type JSX, render } from "preact";
import { giveTextsElements } from "./own-elements.ts";

/** Least time between two rebuilds of a page. */
const rebuildMs = 250;

interface GuardProps {
  readonly children: ComponentChildren;
  readonly onFault: (error: unknown) => void;
}

/** Error boundary: renders nothing after its children have failed to render. */
class Guard extends Component<GuardProps, { readonly isBroken: boolean }> {
  override state = { isBroken: false };

  override componentDidCatch(error: unknown): void {
    this.setState({ isBroken: true });
    this.props.onFault(error);
  }

  override render({ children }: GuardProps): ComponentChildren {
    return this.state.isBroken ? null : children;
  }
}

/**
 * Shows a page in the place of `root`. Translations and extensions also move elements, and an update that does not find them in
 * their places fails: then the page is built anew from its state.
 */
export function showPage(root: HTMLElement, page: () => JSX.Element): void {
  giveTextsElements();
  let place = root;
  let isDrawing = false;
  let rebuildAt = 0;
  const draw = (): void => {
    isDrawing = true;
    render(<Guard onFault={onFault}>{page()}</Guard>, place);
    isDrawing = false;
  };
  const onFault = (error: unknown): void => {
    // A first rendering was not changed by anybody else: the error is the page's own.
    if (isDrawing) return reportError(error);
    const now = performance.now();
    rebuildAt = Math.max(now, rebuildAt + rebuildMs);
    setTimeout(rebuild, rebuildAt - now);
  };
  const rebuild = (): void => {
    const old = place;
    place = document.createElement("div");
    place.id = old.id;
    // It may have been moved since it was put there.
    if (old.isConnected) old.replaceWith(place);
    else document.body.prepend(place);
    render(null, old);
    draw();
  };
  draw();
}
