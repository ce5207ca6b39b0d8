import { DatabaseSync, type SQLInputValue } from 'node:sqlite';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { RelayEvents } from '../worker/home/relays/relay-events.ts';

/** As much of a Durable Object's storage as this needs, on a real SQLite. */
function storage(): Pick<DurableObjectStorage, 'sql' | 'transactionSync'> {
  const db = new DatabaseSync(':memory:');
  const exec = (query: string, ...values: SQLInputValue[]) => {
    const rows = db.prepare(query).all(...values);
    return { toArray: () => rows };
  };
  const transactionSync = <T>(work: () => T): T => {
    db.exec('SAVEPOINT work');
    try {
      return work();
    } catch (error) {
      db.exec('ROLLBACK TO work');
      throw error;
    } finally {
      db.exec('RELEASE work');
    }
  };
  return { sql: { exec } as unknown as SqlStorage, transactionSync };
}

let kept: ReturnType<typeof storage>;
let handled: unknown[];
let broken: boolean;
const handle = (device: string, body: unknown) => {
  handled.push([device, body]);
  if (broken) throw new Error('cannot be recorded');
  return undefined;
};
/** As after an eviction: what is in memory is new, the storage is not. */
const home = () => new RelayEvents(kept, new Map([['happened', handle]]));
const event = (seq: number, generation = 'g1', name = 'happened') => ({ generation, seq, name, body: { seq } });

beforeEach(() => {
  kept = storage();
  RelayEvents.createTable(kept.sql);
  handled = [];
  broken = false;
  vi.spyOn(console, 'warn').mockReturnValue();
  vi.spyOn(console, 'error').mockReturnValue();
});

describe('an event', () => {
  test('is handled once, however often it arrives and whatever was forgotten', () => {
    expect(home().take('d', event(1), 0)).toBe(1);
    expect(home().take('d', event(1), 0)).toBe(1);
    expect(home().take('d', event(2), 0)).toBe(2);
    expect(home().take('d', event(1), 0)).toBe(2);
    expect(handled).toEqual([
      ['d', { seq: 1 }],
      ['d', { seq: 2 }],
    ]);
  });

  test('that could not be recorded comes again, and none passes it', () => {
    broken = true;
    expect(home().take('d', event(1), 0)).toBeUndefined();
    broken = false;
    expect(home().take('d', event(2), 0)).toBeUndefined();
    expect(home().take('d', event(1), 0)).toBe(1);
    expect(handled).toHaveLength(2);
  });

  test('of another generation or another relay counts for itself', () => {
    expect(home().take('d', event(1), 0)).toBe(1);
    expect(home().take('d', event(1, 'g2'), 0)).toBe(1);
    expect(home().take('e', event(1), 0)).toBe(1);
    home().forget('e');
    expect(home().take('d', event(1), 0)).toBe(1);
    expect(handled).toHaveLength(3);
  });

  test('goes on where the relay stands when this Home has lost its memory', () => {
    expect(home().take('d', event(8), 7)).toBe(8);
    expect(home().take('d', event(8), 7)).toBe(8);
    expect(handled).toHaveLength(1);
  });

  test('that nobody handles waits', () => {
    expect(home().take('d', event(1, 'g1', 'unheard'), 0)).toBeUndefined();
  });
});
