import { approvalPath } from '../../../shared/orders/approvals.ts';
import { type Policy, policySchema } from '../../../shared/orders/policy-fields.ts';
import { type ApprovalMode, approvalModes } from '../../../shared/orders/ticket-states.ts';

/** What each field of a policy is called on the dashboard, and how what is filled in is read. */

/** All but what only the relay can look after. */
export type FieldName = Exclude<keyof Policy, 'deadManMinutes'>;

type Read = { readonly value: unknown } | { readonly problem: string };

export interface FieldWords {
  readonly label: string;
  readonly hint: string;
  readonly kind: 'names' | 'number' | 'flag' | 'choice';
  readonly options?: readonly { readonly value: string; readonly label: string }[];
  /** @param text trimmed; empty where nothing is set */
  readonly read: (text: string) => Read;
  readonly show: (value: unknown) => string;
}

const nothing: Read = { value: undefined };

const shown = (value: unknown): string => (value === undefined ? '' : String(value));

/** @param example one name that would be right */
function names(label: string, hint: string, field: FieldName, example: string, large: boolean): FieldWords {
  return {
    label,
    hint: `${hint} Separated by commas.`,
    kind: 'names',
    read: (text) => {
      const given = [
        ...new Set(
          text
            .split(/[,;\n]/)
            .map((one) => one.trim())
            .filter(Boolean),
        ),
      ];
      if (given.length === 0) return nothing;
      const list = large ? given.map((one) => one.toUpperCase()) : given;
      const wrong = list.find((one) => !policySchema.shape[field].safeParse([one]).success);
      if (wrong !== undefined)
        return { problem: `“${wrong.slice(0, 40)}” is no name as it is meant here, such as ${example}.` };
      return list.length > 500 ? { problem: 'At most 500 names.' } : { value: list };
    },
    show: (value) => (Array.isArray(value) ? value.join(', ') : ''),
  };
}

function number(label: string, hint: string, field: FieldName, whole = false): FieldWords {
  return {
    label,
    hint,
    kind: 'number',
    read: (text) => {
      if (text === '') return nothing;
      const plain = whole ? /^\d{1,7}$/ : /^\d{1,13}(\.\d{1,8})?$/;
      if (!plain.test(text)) {
        return { problem: `Write a ${whole ? 'whole number, such as 20' : 'plain number, such as 2500 or 2500.50'}.` };
      }
      const value = Number(text);
      if (policySchema.shape[field].safeParse(value).success) return { value };
      return {
        problem:
          value === 0
            ? 'Zero is no limit that can be set; to stop trading, use the button for it.'
            : 'That is too much for this limit.',
      };
    },
    show: shown,
  };
}

function flag(label: string, hint: string): FieldWords {
  return {
    label,
    hint,
    kind: 'flag',
    read: (text) => (text === '' ? nothing : { value: true }),
    show: (value) => (value === true ? 'on' : ''),
  };
}

function choice(
  label: string,
  hint: string,
  options: readonly { readonly value: string; readonly label: string }[],
): FieldWords {
  return {
    label,
    hint,
    kind: 'choice',
    options: [{ value: '', label: 'As it is set at home' }, ...options],
    read: (text) => {
      if (text === '') return nothing;
      return options.some(({ value }) => value === text) ? { value: text } : { problem: 'Choose one of the list.' };
    },
    show: shown,
  };
}

const approvalWords: Readonly<Record<ApprovalMode, string>> = {
  none: 'Nothing',
  ticket: 'Each order is previewed and confirmed',
  human: 'A signed-in person approves',
  passkey: 'A person approves with a passkey',
  home: 'A person approves at home',
};

/** Stricter than nothing, and known to this version. */
const modes = approvalModes.filter(
  (mode) => mode !== 'none' && typeof approvalPath(mode).after({ canAsk: true }) === 'string',
);

const base = 'In the account’s base currency.';
const day = 'Our own orders of the last 24 hours together.';
const closing = 'Holds for orders that reduce a position, too: a larger one is closed in parts.';

/** In the order in which the page shows them. */
export const limitFields: Readonly<Record<FieldName, FieldWords>> = {
  accounts: names('Accounts', 'Only these are traded.', 'accounts', 'DU1234567', true),
  securityTypes: names(
    'Kinds of instruments',
    'Only these, as IB calls them: STK, OPT, FUT, CASH …',
    'securityTypes',
    'STK',
    true,
  ),
  symbols: names(
    'Symbols',
    'Only these; for options and futures the symbol of the underlying.',
    'symbols',
    'AAPL',
    true,
  ),
  currencies: names('Currencies', 'Only instruments in these.', 'currencies', 'USD', true),
  maxOrderQuantity: number('Largest size of an order', `Shares or contracts. ${closing}`, 'maxOrderQuantity'),
  maxOrderNotional: number('Largest worth of an order', base, 'maxOrderNotional'),
  maxDayQuantity: number(
    'Size in a day',
    `${day} Shares and contracts. Orders that reduce a position count, too.`,
    'maxDayQuantity',
  ),
  maxDayNotional: number('Worth in a day', `${day} ${base}`, 'maxDayNotional'),
  maxDayOrders: number('Orders in a day', day, 'maxDayOrders', true),
  maxDayLoss: number('Loss in a day', `Realized, of our own orders. ${base}`, 'maxDayLoss'),
  maxPositionPercent: number('Largest position', 'Percent of net liquidation, after the order.', 'maxPositionPercent'),
  maxBorrowingPercent: number(
    'Borrowing',
    'Percent of net liquidation that cash may be below zero; 0 forbids it.',
    'maxBorrowingPercent',
  ),
  priceCollarPercent: number('Distance of a price', 'Percent from the market.', 'priceCollarPercent'),
  closeOnly: flag('Only close positions', 'No order may open or turn one.'),
  noShort: flag('No short positions', 'No order may leave one.'),
  noUncoveredOptions: flag('No uncovered options', 'No order may leave a written option without cover.'),
  hours: choice('Hours', 'When orders may leave.', [{ value: 'regular', label: 'Only in the regular session' }]),
  approval: choice(
    'Approval',
    'What an order waits for; the stricter of this and what is set at home.',
    modes.map((mode) => ({ value: mode, label: approvalWords[mode] })),
  ),
  approveForeignCancels: flag(
    'Cancels of other connections’ orders',
    'An app cannot cancel by itself what another one placed.',
  ),
};
