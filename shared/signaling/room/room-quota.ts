/** Counts the rooms that clients of each address opened, as long as they are there. */
export interface RoomQuota {
  /** Notes a new room; false, and nothing is noted, where its address has as many as it may have. null: the address is not known. */
  open(room: string, address: string | null): boolean;
  close(room: string): void;
}

export function createRoomQuota(maxRooms: number): RoomQuota {
  const openers = new Map<string, string>();
  const counts = new Map<string, number>();
  return {
    open(room, address) {
      if (address === null) return true;
      const count = counts.get(address) ?? 0;
      if (count >= maxRooms) return false;
      counts.set(address, count + 1);
      openers.set(room, address);
      return true;
    },
    close(room) {
      const address = openers.get(room);
      if (address === undefined) return;
      openers.delete(room);
      const left = counts.get(address)! - 1;
      if (left === 0) counts.delete(address);
      else counts.set(address, left);
    },
  };
}
