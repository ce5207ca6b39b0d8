import { badOrders, order, orderArgumentsMatter } from '../../../test/support/order-cases.ts';
import type { HomeToolCases } from '../../../test/support/tool-cases.ts';

/** Calls of `place_order` for the tests of all tools, which have to be confirmed there. */
export const cases: HomeToolCases = {
  question: { ...order, quantity: 2, limit_price: 150.5, outside_rth: 'false' },
  badInput: { good: order, unseen: { contract: 'SHEL.GBP' }, bad: badOrders },
  argumentsMatter: orderArgumentsMatter('place_order'),
};
