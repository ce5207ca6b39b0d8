import type { JournalEntry } from '../../../relay/orders/model.ts';
import type { RelayEventRecord } from '../../../shared/tunnel/frames.ts';
import type { Random } from './random.ts';

/** What is on the relay's disk. */
export interface Disk {
  generation: string;
  entries: JournalEntry[];
  hashes: string[];
  /** How many entries are safe from a power cut. */
  synced: number;
  outbox: RelayEventRecord[];
  full: boolean;
}

export const zeros = '0'.repeat(64);

export function emptyDisk(random: Random): Disk {
  return { generation: random.hex(16), entries: [], hashes: [], synced: 0, outbox: [], full: false };
}

/** A chain of the same shape as the journal's own, which costs less: what SHA-256 holds is tested with the journal. */
export function hashEntry(previous: string, entry: JournalEntry, length: number): string {
  const text = `${previous.slice(-16)} ${length} ${entry.type} ${'ticket' in entry ? entry.ticket : ''} ${entry.at}`;
  let [low, high] = [0x811c9dc5, 0x1b873593];
  for (let index = 0; index < text.length; index += 1) {
    low = Math.imul(low ^ text.charCodeAt(index), 0x01000193);
    high = Math.imul(high + low, 0x85ebca6b);
  }
  return `${(low >>> 0).toString(16)}${(high >>> 0).toString(16)}`.padStart(64, '0');
}
