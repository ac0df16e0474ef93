/** Asks the browser to fetch a file into its cache when it is idle. */
export function prefetch(url: string): void {
  const link = document.createElement("link");
  link.rel = "prefetch";
  link.href = url;
  document.head.append(link);
}
