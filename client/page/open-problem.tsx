import { ProblemPage } from "./ui/problem-page.tsx";
import { showPage } from "./ui/show-page.tsx";

/** Shows the problem of the page's address. */
export function openProblem(root: HTMLElement, sentence: string): void {
  showPage(root, () => <ProblemPage sentence={sentence} />);
}
