/** Has the browser fetch a file into its cache when it has nothing better to do. */
export function prefetch(url: string): void {
  const link = document.createElement("link");
  link.rel = "prefetch";
  link.href = url;
  document.head.append(link);
}
