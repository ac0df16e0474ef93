import { Component, type ComponentChildren, type JSX, render } from "preact";
import { giveTextsElements } from "./own-elements.ts";

/** Between two times that a page is built anew. */
const rebuildMs = 250;

interface GuardProps {
  readonly children: ComponentChildren;
  readonly onFault: (error: unknown) => void;
}

/** Shows nothing once what is in it could not be drawn. */
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
 * Shows a page in the place of `root`. What translates pages or changes them by an extension moves elements, too, and a change that
 * does not find them where they were fails: then the page is built anew, out of the state that it shows.
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
    // Nobody else has touched what was made just now: the fault is the page's own.
    if (isDrawing) return reportError(error);
    const now = performance.now();
    rebuildAt = Math.max(now, rebuildAt + rebuildMs);
    setTimeout(rebuild, rebuildAt - now);
  };
  const rebuild = (): void => {
    const old = place;
    place = document.createElement("div");
    place.id = old.id;
    // Where it stands now may not be where it was put.
    if (old.isConnected) old.replaceWith(place);
    else document.body.prepend(place);
    render(null, old);
    draw();
  };
  draw();
}
