/**
 * Puts the text of a field on the clipboard. Pages on plain http from another host have no `navigator.clipboard`; there the
 * deprecated `execCommand` is used. Returns whether it was copied; if not, the field's text is selected for the person to copy.
 */
export async function copyText(field: HTMLInputElement): Promise<boolean> {
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
    return true;
  } catch {
    return document.execCommand("copy");
  }
}
