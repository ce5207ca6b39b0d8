import type { Order, OrderState } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { ToolErrorData } from '../../../shared/errors.ts';
import { ToolError } from '../../../shared/errors.ts';
import type { OrderContract, OrderTerms } from '../../../shared/orders/order.ts';
import { silent } from '../../../test/support/connection.ts';
import type { OrderMessage } from '../connection/events/messages.ts';
import type { ActingMessage } from '../connection/faces.ts';
import { OrderOwners } from './order-owners.ts';
import { ReadOnlyApi } from './read-only-api.ts';
import { type WhatIf, WhatIfDesk } from './what-if.ts';

const contract: OrderContract = {
  conId: 265598,
  secType: 'STK',
  symbol: 'AAPL',
  exchange: 'SMART',
  currency: 'USD',
  name: 'AAPL',
};
const terms: OrderTerms = {
  account: 'DU1234567',
  side: 'BUY',
  quantity: '10',
  type: 'LMT',
  limitPrice: '150',
  tif: 'DAY',
  outsideRth: false,
};
const deadlineMs = 8_000;
const unset = Number.MAX_VALUE;
const figures = {
  initMarginChange: 100,
  initMarginAfter: 600,
  initMarginBefore: 500,
  commission: 1,
  commissionCurrency: 'USD',
};

let owners: OrderOwners;
let sent: ActingMessage[];
let desk: WhatIfDesk;
let readOnly: ReadOnlyApi;

beforeEach(() => {
  vi.useFakeTimers();
  owners = new OrderOwners(7, silent);
  sent = [];
  readOnly = new ReadOnlyApi(silent);
  desk = new WhatIfDesk({ act: async (messages) => void sent.push(...messages) }, owners, readOnly);
});

afterEach(() => vi.useRealTimers());

const ask = (more: Partial<OrderTerms> = {}, signal?: AbortSignal): Promise<WhatIf> =>
  desk.ask({ orderId: 41, contract, terms: { ...terms, ...more }, serverVersion: 187 }, deadlineMs, signal);

const echo = (state: Partial<OrderState>, order: Partial<Order> = { whatIf: true }): void =>
  owners.tell({
    type: 'open-order',
    orderId: 41,
    contract: {},
    order: { clientId: 7, ...order },
    state,
  } as OrderMessage);

const error = (code: number, text: string): void => owners.tell({ type: 'order-error', orderId: 41, code, text });

const failure = async (work: Promise<unknown>): Promise<ToolErrorData> => {
  const thrown: unknown = await work.catch((reason: unknown) => reason);
  expect(thrown).toBeInstanceOf(ToolError);
  return (thrown as ToolError).data;
};

describe('the question what an order would cost', () => {
  it('leaves with its flag, alone, and transmitted, as IB demands of it', async () => {
    const asked = ask({ oca: { group: 'irm.ticket.one', type: 1 } });
    echo(figures);
    await asked;
    expect(sent).toHaveLength(1);
    const [name, orderId, , order] = sent[0] as readonly ['placeOrder', number, object, Order];
    expect([name, orderId]).toEqual(['placeOrder', 41]);
    expect(order).toMatchObject({ whatIf: true, transmit: true, parentId: 0, orderRef: '' });
    expect(order.ocaGroup ?? '').toBe('');
  });

  it('waits for the figures behind a first answer without any, and for no commission', async () => {
    const answered = vi.fn();
    const asked = ask().then(answered);
    echo({});
    echo({ initMarginChange: unset, initMarginAfter: unset, commission: unset });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(answered).not.toHaveBeenCalled();
    echo({
      initMarginChange: 0,
      initMarginAfter: 500,
      commission: unset,
      minCommission: 1,
      maxCommission: 2,
      warningText: 'A<br>B',
    });
    await asked;
    expect(answered).toHaveBeenCalledWith(
      expect.objectContaining({
        commission: undefined,
        commissionMin: 1,
        commissionMax: 2,
        initialMarginAfter: 500,
        warning: 'A B',
      }),
    );
  });

  it('takes no answer from a real order under its id, nor from another client’s', async () => {
    const answered = vi.fn();
    void ask().then(answered, () => undefined);
    echo(figures, {});
    echo(figures, { whatIf: true, clientId: 8 });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(answered).not.toHaveBeenCalled();
  });

  it('ends with its deadline, and lets its id go', async () => {
    const asked = failure(ask());
    await vi.advanceTimersByTimeAsync(deadlineMs);
    expect(await asked).toMatchObject({ code: 'gateway_timeout' });
    expect(() => owners.own(41, () => undefined)).not.toThrow();
  });

  it.each([
    [201, 'Order rejected - reason: no funds', /would be rejected: Order rejected - reason: no funds/],
    [201, 'MUST EXCEED THE INITIAL MARGIN [200]', /would be rejected: MUST EXCEED THE INITIAL MARGIN \[200\] [A-Z]/],
    [110, 'The price does not conform', /would be rejected/],
    [
      321,
      'Error validating request.-’bN’ : cause - The API interface is currently in Read-Only mode.',
      /read-only mode/,
    ],
  ])('fails with what %i says', async (code, text, says) => {
    const asked = failure(ask());
    error(code, text);
    expect(await asked).toMatchObject({
      code: /read-only/.test(String(says)) ? 'trading_unavailable' : 'ib_error',
      ibCode: code,
      message: expect.stringMatching(says),
      nextStep: expect.any(String),
    });
  });

  it('fails when the gateway says that it is for reading only, without saying what it refused', async () => {
    const changed = vi.fn();
    readOnly.onChange(changed);
    expect(readOnly.hear({ code: 321, text: 'cause - The account code is required.' })).toBe(false);
    const asked = failure(ask());
    expect(readOnly.hear({ code: 321, text: 'The API interface is currently in Read-Only mode.' })).toBe(true);
    expect(await asked).toMatchObject({
      code: 'trading_unavailable',
      nextStep: expect.stringMatching(/READ_ONLY_API=no/),
    });
    expect(readOnly.isKnown).toBe(true);
    // Figures prove that it takes orders again.
    const again = ask();
    echo(figures);
    await again;
    expect(readOnly.isKnown).toBe(false);
    expect(changed).toHaveBeenCalledTimes(2);
  });

  it('goes on after a notice', async () => {
    const asked = ask();
    error(399, 'held until the open');
    echo(figures);
    expect(await asked).toMatchObject({ commission: 1 });
  });

  it('leaves with its caller, and is not sent for one who has left', async () => {
    const leaving = new AbortController();
    const asked = failure(ask({}, leaving.signal));
    leaving.abort();
    expect(await asked).toMatchObject({ code: 'cancelled' });
    const before = sent.length;
    expect(await failure(ask({}, leaving.signal))).toMatchObject({ code: 'cancelled' });
    expect(sent).toHaveLength(before);
  });

  it('sends nothing that cannot be encoded', async () => {
    expect(await failure(ask({ account: 'DU\u00e9' }))).toMatchObject({ code: 'invalid_arguments' });
    expect(sent).toEqual([]);
  });
});
