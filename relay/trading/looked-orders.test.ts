import { expect, it } from 'vitest';
import type { SendFacts } from '../orders/model.ts';
import { LookedOrders } from './looked-orders.ts';

const facts = (at: number) => ({ at }) as SendFacts;

it('what was found out about an order holds for a while, the last of it counts, and the oldest makes room', () => {
  let now = 1_000;
  const looked = new LookedOrders(20_000, () => now);
  expect(looked.of('a')).toBeUndefined();
  looked.keep('a', facts(1));
  now += 20_000;
  expect(looked.of('a')).toEqual(facts(1));
  now += 1;
  expect(looked.of('a')).toBeUndefined();
  looked.keep('a', facts(2));
  expect(looked.of('a')).toEqual(facts(2));
  for (let n = 0; n < 63; n += 1) looked.keep(`b${n}`, facts(n));
  expect(looked.of('a')).toEqual(facts(2));
  looked.keep('a', facts(3));
  looked.keep('c', facts(4));
  expect(looked.of('a')).toEqual(facts(3));
  expect(looked.of('b0')).toBeUndefined();
  expect(looked.of('b1')).toEqual(facts(1));
});
