import type { OrderTerms } from './model.ts';

/** What an ordinary order says about everything but its instrument, side, size and price: nothing special, for the day. */
export const plainOrder = {
  combo: false,
  tif: 'DAY',
  outsideRth: false,
  includeOvernight: false,
  allOrNone: false,
  hidden: false,
  triggerMethod: 0,
  transmit: true,
  parentId: 0,
  ocaGroup: '',
  ocaType: 0,
  conditions: [],
  conditionsIgnoreRth: false,
  conditionsCancelOrder: false,
  notHeld: false,
  openClose: '',
  orderRef: '',
  modelCode: '',
  faGroup: '',
  faMethod: '',
  faPercentage: '',
} as const satisfies Partial<OrderTerms>;
