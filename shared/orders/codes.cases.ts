import type { OrderAfter, OrderFate, OrderRequest } from './codes.ts';

/**
 * Every code that IB's list and reports name for orders, by what they leave: a new order that never existed and an
 * existing one that stands, the end of an order, a notice, or what only a look-up tells.
 */
export const known: readonly { readonly codes: string; readonly fates: readonly OrderFate[] }[] = [
  {
    codes:
      '103-107 109-111 113-121 125 126 129 134 136 137 140 141 143 144 146-148 152 154 157-161 163 168 200 201 203 303 311-315 320 321 325 328 329 332-338 341 343 347-353 355 356 358-364 367-380 382 383 387-392 395-398 402 403 408-411 413 417-419 421 422 426-429 434-437 439-444 446-449 451 460 2102 10002 10006 10012 10020 10052 10058 10147 10148 10224 10236 10237 10240-10252 10268-10270 10274 10286 10289 10290 10293 10302-10308 10317-10319 10321 10324-10327 10330 10337 10338 10340-10344',
    fates: ['refused'],
  },
  { codes: '202', fates: ['ended'] },
  { codes: '131 399 404 481 492 2109 2111 2137 2148 2168 2169 2174 10233 10349', fates: ['alive', 'notice'] },
  {
    codes:
      '100 133 135 164 415 416 423 445 478-480 1100-1102 2110 10163 10239 10287 10288 10311 10329 10331-10333 10335 10347',
    fates: ['unsure'],
  },
];

/** What a code leaves, by what was asked for. */
export const afterwards: readonly (readonly [code: number, request: OrderRequest, after: OrderAfter, why: string])[] = [
  [10349, 'place', 'works', 'fifteen orders with it were filled'],
  [399, 'place', 'works', 'held until the market opens'],
  [2109, 'change', 'works', 'the change is taken'],
  [404, 'place', 'works', 'shares are being located'],
  [110, 'place', 'never existed', 'a price that does not fit the ticks'],
  [110, 'change', 'as it was', 'the same check leaves the order with its old price'],
  [105, 'change', 'as it was', 'the change is refused, not the order'],
  [105, 'place', 'look it up', 'it answers changes only'],
  [161, 'cancel', 'as it was', 'the order cannot be cancelled, so it is there'],
  [104, 'change', 'look it up', 'the order has been filled'],
  [201, 'place', 'never existed', 'rejected'],
  [201, 'change', 'look it up', 'a rejected change can leave the order or end it'],
  [202, 'cancel', 'over', 'cancelled'],
  [202, 'place', 'over', 'cancelled by a check of its price'],
  [10147, 'cancel', 'look it up', 'an id that is not found proves nothing: it may be another client’s'],
  [10148, 'cancel', 'look it up', 'the text says the state: filled, cancelled or pending'],
  [135, 'place', 'look it up', 'the parent may be what is unknown'],
  [1100, 'place', 'look it up', 'the gateway may send it later'],
  [99_999, 'place', 'look it up', 'an unknown code ends nothing'],
];
