import { isPaperAccount } from '../../../shared/accounts.ts';
import type { ToolErrorData } from '../../../shared/errors.ts';
import type { Quote } from '../../tools/support/quote.ts';
import type { PositionEffect } from '../planning/position-effect.ts';
import { entryOf, type Scene } from './scene.ts';

/**
 * Why an order that takes whatever the market gives may not be placed with real money: nobody has seen the market of this
 * moment. On paper it may, with a warning; and so may what can only reduce a position.
 */
export function liveMarketProblem(
  { order, accounts, quote, legQuotes, instrument }: Scene,
  effects: readonly PositionEffect[],
): ToolErrorData | undefined {
  const terms = entryOf(order);
  if (!terms || accounts.every(isPaperAccount)) return undefined;
  if (terms.limitPrice ?? terms.stopPrice ?? terms.trailStopPrice) return undefined;
  if (effects.length > 0 && effects.every(({ reduces }) => reduces)) return undefined;
  const quotes = instrument.legs ? legQuotes : [quote];
  if (quotes.length > 0 && quotes.every(isLive)) return undefined;
  return {
    code: 'rejected_by_policy',
    message: `A ${terms.type} order takes whatever the market gives, and there is no live quote of ${instrument.name} to tell what that is.`,
    nextStep: 'Give it a limit price, or subscribe to live data of its market at IBKR.',
  };
}

function isLive(quote: Quote | undefined): boolean {
  return quote?.dataType === 'live' && (quote.bid ?? quote.ask ?? quote.last) !== undefined;
}
