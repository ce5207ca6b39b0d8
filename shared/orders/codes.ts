/**
 * What IB's codes say about the life of the order that they name. Pure.
 *
 * A code alone never proves an end but 202: whoever acts on `refused` or `ended` waits for a status, or looks the order
 * up. A code that is not listed is `unsure`, so that an unknown notice cannot end an order.
 */

/**
 * - `alive`: the order works, but not quite as it was sent: it is held, reduced, or a term of it was changed.
 * - `notice`: said beside the order; it is as it was.
 * - `refused`: this request was not carried out. A new order never existed; one that existed stands as it was.
 * - `ended`: the order is over. Fills of before may still come.
 * - `unsure`: only a status or a look-up can tell.
 */
export type OrderFate = 'alive' | 'notice' | 'refused' | 'ended' | 'unsure';

/** What was asked for when the code came: a new order, a change of one that exists, or its end. */
export type OrderRequest = 'place' | 'change' | 'cancel';

/** Where it is known from: IB's list of codes (which gives meanings), a report, a capture of the wire, or memory. */
export type OrderCodeSource = 'IB' | 'report' | 'capture' | 'memory';

export interface OrderCode {
  readonly code: number;
  readonly fate: OrderFate;
  readonly meaning: string;
  readonly source: OrderCodeSource;
  /** Codes that answer one kind of request only; without it any. */
  readonly answers?: readonly OrderRequest[];
}

type Entry = readonly [codes: string, meaning: string, source?: OrderCodeSource, answers?: readonly OrderRequest[]];

const change: readonly OrderRequest[] = ['change'];
const cancel: readonly OrderRequest[] = ['cancel'];

/** Single codes and ranges, separated by blanks. */
const entries: Readonly<Record<OrderFate, readonly Entry[]>> = {
  alive: [
    ['399', 'A message about the order: held until the market opens, an odd lot, a window of trading.', 'capture'],
    ['404', 'Shares are being located for a short sale; it may show as Inactive meanwhile.', 'report'],
    ['481', 'The size was reduced.'],
    ['2109', 'Outside regular hours was asked for, and is ignored.'],
    ['2111', 'The times of the algorithm were moved to another day.'],
    ['2137', 'The order turns the position around; it may wait for a confirmation.'],
    ['10233', 'A preset for orders by amount of money was applied.', 'report'],
    ['10349', 'The time in force was set by a preset.', 'report'],
  ],
  notice: [
    ['131', 'An attribute is ignored.'],
    ['492', 'A warning about the order.', 'report'],
    ['2148', 'An alert about margin or liquidation.', 'report'],
    ['2168 2169 2174', 'An attribute is ignored, or a time had no time zone.'],
  ],
  ended: [['202', 'Cancelled: by you, by a check of its price, or by IB.', 'capture']],
  unsure: [
    ['100', 'Messages came too fast; the order may have been dropped.'],
    ['133', 'The order could not be sent on.'],
    ['135', 'The order id is not known: of the order itself, or of its parent.', 'report'],
    ['164', 'There are no prices to check its limit against.', 'memory'],
    ['415 416 423 445', 'About a request for quotes.'],
    ['478-480 10163 10335', 'Presets or settings contradict each other.', 'memory'],
    ['1100 1101 1102 2110', 'The gateway lost IB: orders may be kept and sent later.'],
    ['10239 10347', 'A risk score, or an illiquid instrument: it may wait for a confirmation.'],
    ['10287 10288 10331-10333', 'A confirmation waits in the gateway’s own window.'],
    ['10311 10329', 'Direct routing costs more; whether the order was taken is not said.', 'report'],
  ],
  refused: [
    ['103', 'The order id was used before, or a change came too soon.', 'report'],
    ['104', 'The order to change has been filled.', 'report', change],
    ['105', 'The change differs in what cannot be changed.', 'report', change],
    ['106 107', 'The order is incomplete or cannot be transmitted.'],
    ['109 163 382', 'Its price is too far from the market for the precautions set in the gateway.'],
    ['110 168', 'Its price does not fit the tick size.', 'report'],
    ['111 113', 'Its type does not go with its time in force.', 'report'],
    ['134', 'The change could not be sent on.', 'IB', change],
    ['136 161', 'It cannot be cancelled in its state.', 'report', cancel],
    ['147 148 398 402', 'A condition is incomplete or not allowed here.'],
    ['200', 'No instrument, or more than one, fits the order.', 'report'],
    ['201', 'Rejected; the text says why. A change that is rejected can leave the order or end it.', 'report'],
    ['203', 'The account may not trade the instrument.'],
    ['320', 'A field could not be read; the id may be another field of the message.', 'report'],
    ['321', 'The order does not pass IB’s checks: a read-only API, a size, an account.', 'report'],
    ['328', 'Trailing is allowed for few order types only.'],
    ['329', 'The order’s type cannot be changed so.', 'capture', change],
    ['334 336 337 343 391', 'A date or time is not in a form that IB takes.', 'report'],
    ['350 356 358 359', 'Combinations take no such attribute.'],
    ['355 388 10250 10317', 'The size or amount does not fit the increment or the minimum.'],
    ['360 413', 'A preview is not possible for it.'],
    ['383 451', 'Its size or value is above a precaution set in the gateway.', 'report'],
    ['387', 'The order type is not supported for the instrument there.'],
    ['351 411', 'It cannot be worked outside regular hours.'],
    ['422 440 444', 'The order cannot be changed so, or not yet.', 'IB', change],
    ['435 436', 'An account or an allocation has to be named.'],
    ['439 441-443', 'The algorithm or one of its parameters is not allowed.'],
    ['460', 'The account has no permission to trade it.', 'report'],
    ['2102', 'The order is still being processed and cannot be changed now.', 'IB', change],
    ['10006', 'Its parent order does not exist.'],
    ['10341', 'The parent of an order cannot be changed.', 'IB', change],
    ['10052', 'There is no such time in force.', 'memory'],
    ['10058', 'Prices of single legs are not possible for it.', 'report'],
    ['10147', 'The order to cancel is not among those that can be found: look it up.', 'report', cancel],
    ['10148', 'The order is over, or on its way to be; the text says its state.', 'report', cancel],
    ['10224', 'The orders of an OCA group name different accounts.', 'report'],
    ['10241 10242', 'Orders by amount or with fractions cannot be changed.', 'IB', change],
    ['10243-10249 10252 10318', 'Fractions or amounts of money are not possible for it.'],
    ['10274', 'Posting to an ATS is not possible for it.', 'report'],
    ['10289 10290 10293', 'Coins take an amount or a size, as the order’s type demands.', 'report'],
    ['10324-10327', 'Its OCA group or its type cannot be such, or cannot be changed.', 'report', ['place', 'change']],
    [
      '114-121 125 126 129 137 140 141 143 144 146 152 154 157-160 303 311-315 325 332 333 335 338 341 347-349 352 353',
      'A term of the order is not valid; the text names it.',
    ],
    [
      '361-364 367-380 389 390 392 395-397 403 408-410 417-419 421 426-429 434 437 446-449',
      'A term of the order is not valid; the text names it.',
    ],
    [
      '10002 10012 10020 10236 10237 10240 10251 10268-10270 10286 10302-10308 10319 10321 10330 10337 10338 10340 10342-10344',
      'A term of the order is not valid; the text names it.',
    ],
  ],
};

/** The codes of `105 441-443`. */
export function codesOf(text: string): number[] {
  return text.split(' ').flatMap((part) => {
    const [first = 0, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

/** Every code that is known to come for orders, by its number. */
export const orderCodes: ReadonlyMap<number, OrderCode> = new Map(
  Object.entries(entries).flatMap(([fate, rows]) =>
    rows.flatMap(([codes, meaning, source = 'IB', answers]) =>
      codesOf(codes).map((code): [number, OrderCode] => [
        code,
        { code, fate: fate as OrderFate, meaning, source, ...(answers ? { answers } : {}) },
      ]),
    ),
  ),
);

/** What a code means for the order that it names; `unsure` when it is not known. */
function orderFate(code: number): OrderFate {
  return orderCodes.get(code)?.fate ?? 'unsure';
}

/** Refusals that do not say what became of the order: one that is over already, cannot be found, or was to be changed. */
const provesNothing: ReadonlyMap<number, readonly OrderRequest[]> = new Map([
  [104, change],
  [201, change],
  [10147, cancel],
  [10148, cancel],
]);

/** What is left after a code came in answer to a request. */
export type OrderAfter = 'works' | 'never existed' | 'as it was' | 'over' | 'look it up';

/**
 * The state of an order after this code answered this request. The same check of a price leaves a new order unborn and
 * an existing one untouched; a cancel of what cannot be found proves nothing.
 */
function orderAfter(code: number, request: OrderRequest): OrderAfter {
  const known = orderCodes.get(code);
  const isOther = known?.answers?.includes(request) === false;
  if (!known || isOther || provesNothing.get(code)?.includes(request)) return 'look it up';
  switch (known.fate) {
    case 'alive':
    case 'notice':
      return 'works';
    case 'ended':
      return 'over';
    case 'refused':
      return request === 'place' ? 'never existed' : 'as it was';
    case 'unsure':
      return 'look it up';
  }
}

/**
 * Whether this says that an order is cancelled: 202, and 10148 where the state that its text names is that. It names
 * `Filled` and `PendingCancel` as well, and where the gateway speaks another language the state may be another word.
 */
export function saysCancelled(code: number, text: string): boolean {
  return orderFate(code) === 'ended' || (code === 10148 && /state: (Api)?Cancelled\b/.test(text));
}

/** What a code does to the order that it names. */
export interface OrderVerdict {
  readonly fate: OrderFate;
  /** What is left of the order, by what was asked for when the code came. */
  readonly after: Readonly<Record<OrderRequest, OrderAfter>>;
}

export function orderVerdict(code: number): OrderVerdict {
  const after = {
    place: orderAfter(code, 'place'),
    change: orderAfter(code, 'change'),
    cancel: orderAfter(code, 'cancel'),
  };
  return { fate: orderFate(code), after };
}
