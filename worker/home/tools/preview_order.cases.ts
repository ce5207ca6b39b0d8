import { badOrders, order, orderArgumentsMatter } from '../../../test/support/order-cases.ts';
import type { HomeToolCases } from '../../../test/support/tool-cases.ts';

/** Calls of `preview_order` for the tests of all tools. */
export const cases: HomeToolCases = {
  question: { ...order, quantity: 1, limit_price: 150, outside_rth: 'false' },
  badInput: { good: order, unseen: { contract: 'SHEL.GBP' }, bad: badOrders },
  argumentsMatter: orderArgumentsMatter('preview_order'),
};
