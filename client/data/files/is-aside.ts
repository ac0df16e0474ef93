/** Whether a file beside others is no data: hidden, of the system's own, or words about the data. */
export function isAside(path: string): boolean {
  const names = path.split("/");
  const isHidden = names.some((name) => name.startsWith(".") || name === "__MACOSX");
  return isHidden || /^(readme|licen[cs]e|copying|changelog|notice|thumbs\.db|desktop\.ini)\b/i.test(names.at(-1)!);
}
