import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { mayFire } from '../../shared/alerts/alert.ts';
import { type AlertsReport, alertsSync, type FiringKey, type WatchedAlert } from '../../shared/alerts/sync.ts';
import { type AlertState, type AlertStore, alertFile, alertFileIn } from './alert-file.ts';
import { AlertKeeper } from './keeper.ts';

const folder = mkdtempSync(join(tmpdir(), 'alerts-'));
afterAll(() => rmSync(folder, { recursive: true }));

function memory(): AlertStore & { state: AlertState | undefined } {
  return {
    state: undefined,
    load() {
      return this.state;
    },
    save(state) {
      this.state = structuredClone(state);
    },
  };
}

const alert = (id: string, changes: Partial<WatchedAlert> = {}): WatchedAlert => ({
  id,
  kind: 'price',
  conId: 1,
  above: 10,
  repeat: 'once',
  seq: 0,
  ...changes,
});
const push = (revision: number, alerts: WatchedAlert[], acknowledged: FiringKey[] = []) => ({
  version: 1 as const,
  revision,
  alerts,
  acknowledged,
});
const seen = (value: number, day = '2026-11-20') => ({ value, at: Date.parse(`${day}T15:00:00Z`), day });
const keep = (store: AlertStore = memory(), home = 'home') => new AlertKeeper(store, home, () => undefined);

describe('the alerts that a relay watches', () => {
  test('fire when they are reached, say what was seen, and wait for Home', () => {
    const keeper = keep();
    keeper.sync(push(1, [alert('a')]));
    expect(keeper.see('a', seen(9.99))).toBe(false);
    expect(keeper.see('a', { ...seen(10.5), dataType: 'delayed' })).toBe(true);
    expect(keeper.see('a', seen(11))).toBe(false);
    expect(keeper.status()).toEqual({ version: 1, revision: 1, pending: 1 });
    const report = keeper.sync(push(1, [alert('a')]));
    expect(report.firings).toEqual([
      { alert: 'a', seq: 1, at: '2026-11-20T15:00:00.000Z', day: '2026-11-20', value: 10.5, dataType: 'delayed' },
    ]);
    expect(alertsSync.output.strict().parse(report)).toEqual(report);
    expect(keeper.sync(push(1, [], [{ alert: 'a', seq: 1 }])).firings).toEqual([]);
  });

  test('are remembered by a relay that starts anew, with what has fired', () => {
    const unexpected = (problem: string): never => expect.fail(problem);
    const store = alertFile(alertFileIn(folder), unexpected);
    const first = keep(store);
    first.sync(push(3, [alert('a'), alert('b')]));
    first.see('a', seen(12));
    const second = keep(alertFile(alertFileIn(folder), unexpected));
    expect(second.status()).toEqual({ version: 1, revision: 3, pending: 1 });
    expect(second.waiting.map(({ id }) => id)).toEqual(['b']);
    expect(second.see('a', seen(13))).toBe(false);
  });

  test('of another Home, or in a damaged file, are forgotten', () => {
    const store = memory();
    keep(store).sync(push(3, [alert('a')]));
    expect(keep(store, 'another').waiting).toEqual([]);
    const path = join(folder, 'damaged.json');
    writeFileSync(path, '{"version":1,"home":"home","revi');
    const problems: string[] = [];
    const kept = keep(alertFile(path, (problem) => problems.push(problem)));
    expect(kept.status()).toEqual({ version: 1, revision: 0, pending: 0 });
    expect(problems).toEqual([expect.stringMatching(/damaged.*put aside/)]);
    expect(readFileSync(`${path}.damaged`, 'utf8')).toBe('{"version":1,"home":"home","revi');
  });

  test('keep to the newest list; a late one does not bring back what was deleted', () => {
    const keeper = keep();
    keeper.sync(push(5, [alert('a')]));
    expect(keeper.sync(push(4, [alert('a'), alert('deleted')])).revision).toBe(5);
    expect(keeper.waiting.map(({ id }) => id)).toEqual(['a']);
  });

  test.each([Number.MAX_SAFE_INTEGER, 9_000_000_000_000_000, 5_000])(
    'take the list of Home again after one with the absurd revision %d',
    (absurd) => {
      const store = memory();
      keep(store).sync(push(absurd, []));
      const keeper = keep(store);
      expect(keeper.sync(push(7, [alert('a')])).revision).toBe(7);
      expect(keeper.waiting.map(({ id }) => id)).toEqual(['a']);
      expect(keeper.sync(push(6, [])).revision).toBe(7);
    },
  );

  test('learn their past from Home when the relay has lost it', () => {
    const keeper = keep();
    keeper.sync(push(9, [alert('a', { repeat: 'daily', seq: 4, lastDay: '2026-11-20' })]));
    expect(keeper.see('a', seen(12, '2026-11-20'))).toBe(false);
    expect(keeper.see('a', seen(12, '2026-11-21'))).toBe(true);
    expect(keeper.sync(push(9, [])).firings).toMatchObject([{ alert: 'a', seq: 5 }]);
  });

  test('that were changed are armed anew, and count on', () => {
    const keeper = keep();
    keeper.sync(push(1, [alert('a')]));
    expect(keeper.see('a', seen(11))).toBe(true);
    keeper.sync(push(2, [alert('a', { seq: 1, above: 20, armed: 1 })], [{ alert: 'a', seq: 1 }]));
    expect(keeper.see('a', seen(11))).toBe(false);
    expect(keeper.see('a', seen(21))).toBe(true);
    expect(keeper.see('a', seen(22))).toBe(false);
    expect(keeper.sync(push(2, [])).firings).toMatchObject([{ alert: 'a', seq: 2, value: 21 }]);
  });

  test('that are paused are not in the list, and come back with their past', () => {
    const store = memory();
    const daily = alert('a', { repeat: 'daily' });
    keep(store).sync(push(1, [daily]));
    keep(store).sync(push(2, []));
    expect(keep(store).see('a', seen(11))).toBe(false);
    const keeper = keep(store);
    keeper.sync(push(3, [{ ...daily, seq: 1, lastDay: '2026-11-20' }]));
    expect(keeper.see('a', seen(11))).toBe(false);
    expect(keeper.see('a', seen(11, '2026-11-21'))).toBe(true);
  });

  test('that are over say so until Home has ended them', () => {
    const keeper = keep();
    keeper.sync(push(1, [alert('a')]));
    keeper.setOver('a', 'It expired.');
    expect(keeper.sync(push(1, [alert('a')])).problems).toEqual([{ alert: 'a', message: 'It expired.', over: true }]);
    expect(keeper.sync(push(2, [])).problems).toEqual([]);
  });

  test('do not fire when that cannot be written down', () => {
    const store = memory();
    const keeper = keep(store);
    keeper.sync(push(1, [alert('a')]));
    const { save } = store;
    store.save = () => {
      throw new Error('disk full');
    };
    expect(() => keeper.see('a', seen(12))).toThrow('disk full');
    expect(keeper.status().pending).toBe(0);
    store.save = save;
    expect(keeper.see('a', seen(12))).toBe(true);
  });
});

/** Home as far as alerts go: believes a firing once and acknowledges what it has recorded. */
class ModelHome {
  readonly alerts = new Map<string, WatchedAlert>();
  readonly recorded: string[] = [];
  revision = 0;

  add(one: WatchedAlert): void {
    this.alerts.set(one.id, one);
    this.revision += 1;
  }

  delete(id: string): void {
    this.alerts.delete(id);
    this.revision += 1;
  }

  push(acknowledged: FiringKey[] = []) {
    return push(
      this.revision,
      [...this.alerts.values()].filter((one) => mayFire(one, one)),
      acknowledged,
    );
  }

  record({ firings }: AlertsReport): FiringKey[] {
    for (const { alert: id, seq, day } of firings) {
      const kept = this.alerts.get(id);
      if (!kept || seq <= kept.seq) continue;
      this.recorded.push(`${id}.${seq}.${day}`);
      this.alerts.set(id, { ...kept, seq, lastDay: day });
    }
    return firings.map(({ alert: id, seq }) => ({ alert: id, seq }));
  }
}

const id = fc.constantFrom('a', 'b', 'c');
const command = fc.oneof(
  { weight: 3, arbitrary: fc.record({ type: fc.constant('see' as const), id, value: fc.constantFrom(9, 11) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('tomorrow' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ type: fc.constant('sync' as const), answered: fc.boolean(), late: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('restart' as const), lost: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('delete' as const), id }) },
);

test('whatever is lost, late or restarted: nothing fires twice, and what fired and was kept arrives', () => {
  fc.assert(
    fc.property(fc.array(command, { maxLength: 60 }), (commands) => {
      const home = new ModelHome();
      for (const one of ['a', 'b', 'c']) home.add(alert(one, { repeat: one === 'a' ? 'once' : 'daily' }));
      let store = memory();
      let keeper = keep(store);
      let date = 1;
      let old = home.push();
      const fired = new Set<string>();
      const today = () => `2026-11-${String(date).padStart(2, '0')}`;
      for (const step of commands) {
        if (step.type === 'see') {
          if (keeper.see(step.id, seen(step.value, today()))) {
            expect(step.value).toBe(11);
            fired.add(`${step.id}.${today()}`);
          }
        } else if (step.type === 'tomorrow') date = Math.min(28, date + 1);
        else if (step.type === 'delete') home.delete(step.id);
        else if (step.type === 'restart') {
          if (step.lost) store = memory();
          keeper = keep(store);
        } else {
          const sent = step.late ? old : home.push();
          old = sent;
          const report = keeper.sync(sent);
          if (step.answered) keeper.sync(home.push(home.record(report)));
        }
      }
      const before = keeper.status().pending;
      const rest = home.record(keeper.sync(home.push()));
      expect(rest.length).toBeGreaterThanOrEqual(before);
      expect(keeper.sync(home.push(rest)).firings).toEqual([]);
      expect(new Set(home.recorded).size).toBe(home.recorded.length);
      expect(home.recorded.filter((entry) => entry.startsWith('a.')).length).toBeLessThanOrEqual(1);
      const days = home.recorded.map((entry) => entry.replace(/\.\d+\./, '.'));
      expect(new Set(days).size, 'an alert counts once a day').toBe(days.length);
      for (const entry of days) expect(fired).toContain(entry);
    }),
  );
});
