import type { Body, RelayEventRecord } from '../../../shared/tunnel/frames.ts';
import { judgeEvent } from '../../../shared/tunnel/outbox.ts';

/**
 * Records what an event says. Synchronous, in one transaction with the note that it was taken; throws to have it again.
 * @returns what to do once that is recorded
 */
export type EventHandler = (device: string, body: Body) => (() => void) | undefined;

/**
 * How many generations are remembered of a relay: one for each of its starts in which something happened. A copy of its
 * data folder that is older than these would have its waiting events recorded twice.
 */
const keptGenerations = 1_000;

/** Takes the events of relays: each is handled once, however often it arrives. */
export class RelayEvents {
  readonly #storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>;
  readonly #handlers: ReadonlyMap<string, EventHandler>;

  constructor(
    storage: Pick<DurableObjectStorage, 'sql' | 'transactionSync'>,
    handlers: ReadonlyMap<string, EventHandler>,
  ) {
    this.#storage = storage;
    this.#handlers = handlers;
  }

  static createTable(sql: SqlStorage): void {
    sql.exec(`CREATE TABLE relay_event (
      device TEXT NOT NULL, generation TEXT NOT NULL, seq INTEGER NOT NULL, taken_at INTEGER NOT NULL,
      PRIMARY KEY (device, generation)
    ) WITHOUT ROWID`);
  }

  /**
   * @param acked what the relay knows to be taken of that generation, should this Home have lost its memory of it
   * @returns how far the generation is taken, or undefined when this event is to come again
   */
  take(device: string, { generation, seq, name, body }: RelayEventRecord, acked: number): number | undefined {
    const cursor = this.#cursor(device, generation);
    const judged = judgeEvent(cursor, { seq, acked });
    if (judged === 'known') return cursor;
    const handle = this.#handlers.get(name);
    if (judged === 'early' || !handle) {
      console.warn('an event must wait', name, judged);
      return undefined;
    }
    try {
      const afterwards = this.#storage.transactionSync(() => {
        const done = handle(device, body);
        this.#record(device, generation, seq);
        return done;
      });
      afterwards?.();
      return seq;
    } catch (error) {
      console.error('an event could not be recorded', name, error);
      return undefined;
    }
  }

  /** The relay was removed. */
  forget(device: string): void {
    this.#storage.sql.exec('DELETE FROM relay_event WHERE device = ?', device);
  }

  #cursor(device: string, generation: string): number {
    const rows = this.#storage.sql.exec<{ seq: number }>(
      'SELECT seq FROM relay_event WHERE device = ? AND generation = ?',
      device,
      generation,
    );
    return rows.toArray()[0]?.seq ?? 0;
  }

  #record(device: string, generation: string, seq: number): void {
    const { sql } = this.#storage;
    sql.exec(
      'INSERT OR REPLACE INTO relay_event (device, generation, seq, taken_at) VALUES (?, ?, ?, ?)',
      device,
      generation,
      seq,
      Date.now(),
    );
    sql.exec(
      `DELETE FROM relay_event WHERE device = ?1 AND generation IN (
         SELECT generation FROM relay_event WHERE device = ?1 ORDER BY taken_at DESC LIMIT -1 OFFSET ?2
       )`,
      device,
      keptGenerations,
    );
  }
}
