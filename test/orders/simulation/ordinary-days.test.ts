import { describe, expect, test } from 'vitest';
import { livedThrough, type OrdinaryDay, ordinaryDays } from './ordinary-days.ts';

const seeds = [1, 2, 3, 4, 5];

describe('ordinary days', () => {
  test.each(Object.keys(ordinaryDays) as OrdinaryDay[])(
    '%s: orders are placed as asked, and nobody is stopped, left in doubt or asked for trust',
    (day) => {
      for (const seed of seeds) expect({ seed, wrong: livedThrough(day, seed) }).toEqual({ seed, wrong: [] });
    },
    60_000,
  );

  test('a false stop, a doubt, a mistrust and an order that is missing would be seen', () => {
    const stopped = livedThrough('the first order ever', 1, ({ timeline, relay }) => {
      timeline.after(60_000, () => relay?.feed({ type: 'kill-file', present: true }));
    });
    expect(stopped.join()).toContain('stopped by kill_file');
    const doubted = livedThrough('the first order ever', 1, (_, gateway) => {
      gateway.swallowing = true;
    });
    expect(doubted.join()).toContain('was told as unknown');
    const mistrusted = livedThrough('the first order ever', 1, ({ timeline, disk, tunnel }) => {
      timeline.after(60_000, () => {
        disk.hashes.fill('f'.repeat(64));
        tunnel.cut();
      });
    });
    expect(mistrusted.join()).toContain('`relay trust`');
    const refused = livedThrough('the first order ever', 1, (_, gateway) => {
      gateway.rejectsNext = true;
    });
    expect(refused.join()).toContain('ended rejected');
  });
});
