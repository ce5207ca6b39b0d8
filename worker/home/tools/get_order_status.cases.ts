import { differing } from '../../../test/support/arguments-matter.ts';
import { bad, stranger, wrong } from '../../../test/support/bad-input.ts';
import { order, standing, withdrawAll } from '../../../test/support/order-cases.ts';
import type { HomeToolCases } from '../../../test/support/tool-cases.ts';

const named = { order: 'the order' };
/** Soon after a call has begun. */
const soonMs = 150;
let withdrawn: Promise<unknown> = Promise.resolve();

/** Calls of `get_order_status` for the tests of all tools. */
export const cases: HomeToolCases = {
  question: 'asked elsewhere',
  badInput: {
    good: named,
    unseen: {},
    away: { gateway: 'answers', unpaired: 'ticket_not_found', offline: 'ticket_not_found' },
    bad: [
      bad('an order that there is not', { order: 'abcdefghijklmnop' }, 'ticket_not_found', /get_orders/),
      bad('a number that is no order', { order: '4711' }, 'ticket_not_found', /get_orders/),
      bad('a number below zero', { order: -1 }, 'ticket_not_found', /get_orders/),
      wrong('no order', {}),
      wrong('an order that is too long', { order: '1'.repeat(61) }),
      wrong('too long a wait', { ...named, wait: 61 }),
      wrong('a wait below zero', { ...named, wait: '-1' }),
      wrong('a wait in words', { ...named, wait: 'long' }),
      stranger(named, /Known arguments/),
    ],
  },
  argumentsMatter: {
    /** A ticket waits, and is taken back soon. */
    begin: async (act) => {
      await withdrawn;
      await withdrawAll(act);
      const { ticket } = await act('preview_order', order);
      const ids = await standing(act, ['the order', 'the other order', 'the order of the other account']);
      withdrawn = new Promise((resolve) => setTimeout(resolve, soonMs)).then(() => withdrawAll(act));
      return { ...ids, 'the ticket': String(ticket) };
    },
    kept: () => withdrawn,
    changes: {
      order: differing(named, 'order', 'the other order'),
      wait: differing({ order: 'the ticket' }, 'wait', 5),
    },
  },
};
