import { afterAll } from 'vitest';
import { calculateOption } from '../../shared/tools/calculate_option.ts';
import { TestRelay } from './relay.ts';

/** A day on which options on AAPL expire. */
export const expiry = '20261218';

/** An option of that day. */
export const name = (strike: number, right: 'C' | 'P' = 'C'): string => `AAPL ${expiry} ${right} ${strike}`;

/** A relay for all tests of a file, and what calculates there. */
export async function calculatingRelay() {
  const relay = await TestRelay.start();
  afterAll(() => relay.stop());
  return { relay, calculate: (args: object) => relay.read(calculateOption, args) };
}
