/** The name of this tab's checkpoint in a room: a reload keeps it, and so does a duplicate of the tab. null: none, or storage is denied. */
export function tabSlot(room: string): string | null {
  try {
    return sessionStorage.getItem(keyOf(room));
  } catch {
    return null;
  }
}

export function rememberTabSlot(room: string, name: string): void {
  try {
    sessionStorage.setItem(keyOf(room), name);
  } catch {
    // Then this tab begins without a checkpoint when it is loaded again.
  }
}

const keyOf = (room: string): string => `copse slot ${room}`;
