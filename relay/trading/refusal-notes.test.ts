import { expect, it } from 'vitest';
import { RefusalNotes } from './refusal-notes.ts';

it('refusals are written down, three hundred an hour, and it is told that there were more', () => {
  const added: Readonly<Record<string, unknown>>[] = [];
  let now = 5;
  const notes = new RefusalNotes(
    (entry) => added.push(entry),
    () => now,
  );
  const refuse = () => notes.note({ tool: 'place', hash: '1:a', why: 'w'.repeat(2_000) });
  for (let i = 0; i < 299; i += 1) refuse();
  expect(added[298]).toEqual({ kind: 'refused', tool: 'place', hash: '1:a', why: 'w'.repeat(1_000) });
  for (let i = 0; i < 50; i += 1) refuse();
  expect(added).toHaveLength(300);
  expect(added[299]).toHaveProperty('more');
  now += 3_600_000;
  notes.note({ tool: 'close', why: 'no' });
  expect(added[300]).toEqual({ kind: 'refused', tool: 'close', why: 'no' });
});
