/**
 * IB rejects orders with a code (mostly 201) and a text of its own. This says in plain words what the usual ones mean, and what to do.
 * Pure. The texts are not documented: `source` says from where each is known, so that a wrong one can be found out.
 */

export interface Rejection {
  /** What it means. */
  readonly why: string;
  readonly nextStep: string;
}

/** `report`: seen by somebody and published. `memory`: of the kind that IB is known to send, wording not checked. */
export type RejectionSource = 'report' | 'memory';

interface Known extends Rejection {
  readonly says: RegExp;
  readonly source: RejectionSource;
}

/** The first that fits counts: particular ones before general ones. */
const known: readonly Known[] = [
  {
    says: /API interface is currently in read.?only/i,
    why: 'IB Gateway takes no orders while its API is read-only.',
    nextStep:
      'At home, untick Read-Only API in IB Gateway (with Docker READ_ONLY_API=no in .env), then preview it again.',
    source: 'report',
  },
  {
    says: /currency leverage/i,
    why: 'The exchange of currencies would leave the account in debt in one of them, which its kind does not allow.',
    nextStep: 'Trade pairs with the account’s base currency, or only what is there of the currency that is sold.',
    source: 'report',
  },
  {
    says: /both sides of the same|opposite side|wash trade|cross(ing)? (its )?own/i,
    why: 'An order on the other side of the same instrument is open, in this account or a related one.',
    nextStep: 'Look at get_orders, and cancel the other one first.',
    source: 'report',
  },
  {
    says: /equity with loan value|initial margin|margin requirement|insufficient margin|violate margin/i,
    why: 'The account has not enough equity for the margin of this order.',
    nextStep: 'preview_order shows the margin before and after: make it smaller, or bring money in first.',
    source: 'report',
  },
  {
    says: /pattern day trad|\bPDT\b|day trades? (left|remaining|restriction)/i,
    why: 'The account is held to few day trades because its equity is below 25,000 USD.',
    nextStep: 'Wait for another day, or have the owner look at the restriction in Client Portal.',
    source: 'report',
  },
  {
    says: /key information document|\bKID\b|PRIIP|customer ineligible/i,
    why: 'IB may not sell this product to the customer, for want of a key information document or by a rule of residence.',
    nextStep: 'Look for a similar product that is listed where the customer lives.',
    source: 'memory',
  },
  {
    says: /no trading permission|trading permission|not (permitted|allowed) to trade|no permission/i,
    why: 'The account has no permission to trade this.',
    nextStep: 'The owner can ask for it in Client Portal, under Trading Permissions; it may take a day.',
    source: 'report',
  },
  {
    says: /minutes or IOC/i,
    why: 'Coins are traded for minutes or at once only in this account.',
    nextStep: 'Order it again with tif MINUTES or IOC.',
    source: 'report',
  },
  {
    says: /short (sale|sell)|shortable|sell short|borrow|locate/i,
    why: 'The shares cannot be sold short: there are none to borrow, or the account may not.',
    nextStep: 'get_quotes shows what is shortable. To close a position, sell no more than is held.',
    source: 'memory',
  },
  {
    says: /clos(e|ing)[- ]only|liquidat(ion|ing|e)[- ]only|restricted to clos/i,
    why: 'Only positions that are held may be closed in it.',
    nextStep: 'close_position closes what is held. IB’s support knows the reason.',
    source: 'memory',
  },
  {
    says: /exchange is closed|market is closed|outside (of )?(regular )?trading hours|outside RTH/i,
    why: 'The exchange takes no such orders at this time.',
    nextStep:
      'get_trading_schedule tells when it opens; an order of another type or with outside_rth may be taken now.',
    source: 'report',
  },
  {
    says: /(cash|funds?) (is |are )?(not (sufficient|enough|available)|insufficient)|insufficient (cash|funds)|available (cash|funds)|settled cash/i,
    why: 'There is not enough money that may be used for it.',
    nextStep: 'get_account_summary shows what is there and settled. Make the order smaller.',
    source: 'report',
  },
  {
    says: /minimum (order )?(size|quantity|value|amount)|size .*(below|smaller|less) than|too small/i,
    why: 'It is smaller than the least that is traded.',
    nextStep: 'get_market_rules tells the steps of sizes; make it larger.',
    source: 'memory',
  },
  {
    says: /maximum|exceeds? .*(size|quantity|value|limit)|size limit|too large/i,
    why: 'It is larger than IB, the exchange, or a precaution in the gateway allows.',
    nextStep: 'Make it smaller or order it in parts. Precautions are set in the gateway at home.',
    source: 'memory',
  },
  {
    says: /too far|aggressive|outside .*(NBBO|range|band)|price .*(limit|reasonab)|collar/i,
    why: 'Its price is too far from the market.',
    nextStep: 'Look at get_quotes, and order nearer to it.',
    source: 'memory',
  },
  {
    says: /expired|no longer trad|not trad(e)?able|delisted|cease/i,
    why: 'The instrument is not traded any more.',
    nextStep: 'search_contracts finds what it became, or the next expiry.',
    source: 'memory',
  },
  {
    says: /parent order/i,
    why: 'The order that it belongs to has ended, or is ending.',
    nextStep: 'Look at get_orders, and place what is still wanted as an order of its own.',
    source: 'memory',
  },
  {
    says: /no such order/i,
    why: 'IB does not have the order that was to be changed.',
    nextStep: 'get_orders shows what there is.',
    source: 'report',
  },
  {
    says: /account number|IBCustAcctNo|invalid account/i,
    why: 'IB does not take orders for that account from this login.',
    nextStep:
      'list_accounts shows which accounts there are; those of an advisor are traded by group or each by its own id.',
    source: 'report',
  },
];

/**
 * What a rejection means.
 * @param text IB's
 */
export function rejectionOf(text: string): Rejection | undefined {
  const found = known.find(({ says }) => says.test(text));
  return found && { why: found.why, nextStep: found.nextStep };
}
