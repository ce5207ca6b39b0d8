import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { hashOfText, readCanonical } from '../../../shared/orders/canonical.ts';
import { type PreparingRelay, startPreparing } from '../../../test/support/orders.ts';
import { failure } from '../../../test/support/relay.ts';
import type { SendFacts } from '../model.ts';
import { openOrdersOf } from '../planning/open-orders.ts';
import { viewOfDesk } from './desk-view.ts';
import { preparingExecutors } from './prepare-order.ts';

let preparing: PreparingRelay;
let untouched: PreparingRelay['view'];

beforeAll(async () => {
  preparing = await startPreparing();
  untouched = { ...preparing.view };
});

beforeEach(() => {
  Object.assign(preparing.view, untouched);
});

afterAll(() => preparing.relay.stop());

const order = { contract: 'AAPL', side: 'BUY', quantity: '10', type: 'LMT', limit_price: '348' };
const prepare = (tool: string, args: object) => preparing.prepare(tool, args);
const asked = () => preparing.relay.received('placeOrder');

describe('a prepared order', () => {
  it('has everything that is to be known of it', async () => {
    const { facts, measures, uses, ...prepared } = await prepare('place', order);
    expect(readCanonical(prepared.order)).toMatchObject({ kind: 'place', entry: { limitPrice: '348' } });
    expect(hashOfText(prepared.order)).toBe(prepared.hash);
    expect(prepared).toMatchObject({
      account: 'DU1234567',
      approval: 'ticket',
      generation: '0123456789abcdef',
      verdicts: [],
    });
    expect(facts).toMatchObject({
      summary: 'BUY 10 AAPL LMT 348 DAY, account DU1234567 (paper)',
      accountKind: 'paper',
      baseCurrency: 'USD',
      notional: { amount: 3480, currency: 'USD', basis: 'its own limit of 348' },
      position: { before: '100', after: '110' },
      quote: expect.stringMatching(/^bid .*ask .*\(live, /),
      whatIf: { commission: 1, commissionCurrency: 'USD', initialMarginAfter: expect.any(Number) },
      warnings: [],
    });
    expect(measures).toMatchObject({
      account: 'DU1234567',
      quantity: 10,
      notional: 3480,
      reduces: false,
      short: false,
    });
    expect(measures).not.toHaveProperty('unpriced');
    expect(uses).toEqual({ notional: '3480', orders: 1, quantity: '10', loss: '0' });
  });

  it('sends nothing but a what-if, under a new id each time', async () => {
    await prepare('place', order);
    await prepare('place', order);
    expect(asked().map(({ fields }) => fields.whatIf)).toEqual(asked().map(() => '1'));
    const ids = asked().map(({ fields }) => fields.orderId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is there at once where the lines are open', async () => {
    await prepare('place', order);
    const times: number[] = [];
    for (let i = 0; i < 5; i += 1) {
      const began = performance.now();
      await prepare('place', order);
      times.push(performance.now() - began);
    }
    expect(times.toSorted((a, b) => a - b)[2]).toBeLessThan(1_000);
  });

  it('that closes takes its size and its loss of the day’s limits alone, and tells the gain', async () => {
    const { facts, uses, measures } = await prepare('close', { contract: 'AAPL', quantity: '40' });
    expect(facts.realizedGain).toMatch(/^Closing 40 of 100 realizes a (gain|loss) of about [\d,.]+ USD before costs/);
    expect(facts.position).toEqual({ before: '100', after: '60' });
    expect(measures.reduces).toBe(true);
    expect(uses).toEqual({ notional: '0', orders: 0, quantity: '40', loss: '0' });
  });

  it('says the money that is borrowed, in which currency', async () => {
    const { facts, measures } = await prepare('place', {
      ...order,
      contract: 'SHEL.GBP',
      quantity: '100',
      limit_price: '2440',
    });
    expect(facts.resultingDebit).toMatch(/from 0\.00 GBP to −2,440\.00 GBP/);
    expect(facts.warnings).toContainEqual(expect.stringMatching(/does not exchange USD.*borrowed in GBP/));
    expect(facts.notional?.amount).toBeCloseTo(2440 * 1.2654, 0);
    expect(measures.borrowingPercent).toBeGreaterThan(1);
  });

  it('of a combination counts every leg', async () => {
    const spread = {
      ...order,
      contract: 'AAPL 20261218 C 230 - AAPL 20261218 C 240',
      quantity: '1',
      limit_price: '9.9',
    };
    const { facts, measures } = await prepare('place', spread);
    expect(facts.details).toHaveLength(2);
    expect(facts.notional?.basis).toMatch(/all legs, gross/);
    expect(facts.notional?.amount).toBeGreaterThan(10_000);
    expect(measures).toMatchObject({ secType: 'BAG,OPT', quantity: 2, uncoveredOption: false });
  });

  it('that writes an option says whether anything covers it', async () => {
    const write = { contract: 'AAPL 20261218 C 230', side: 'SELL', type: 'LMT', limit_price: '120' };
    expect((await prepare('place', { ...write, quantity: '3' })).measures.uncoveredOption).toBe(false);
    expect((await prepare('place', { ...write, quantity: '4' })).measures.uncoveredOption).toBe(true);
  });

  it('with protection says what the figures leave out and what protects it', async () => {
    const { facts } = await prepare('place', { ...order, stop_loss: { stop_price: '330' } });
    expect(facts.whatIf?.covers).toMatch(/entry only/);
    expect(facts.protection).toMatch(/stop-loss works as soon/);
    expect(facts.details).toEqual(['stop_loss: SELL 10 STP stop 330 GTC']);
  });

  it('that exercises is always confirmed, and asks IB nothing', async () => {
    preparing.view.approval = 'none';
    const before = asked().length;
    const option = { contract: 'AAPL 20261218 C 355', quantity: '1', override: true };
    const { facts, approval, measures } = await prepare('exercise', option);
    expect(approval).toBe('ticket');
    // 100 shares are bought, so it is no mere reduction of the options.
    expect(measures).toMatchObject({ reduces: false, short: false, notional: 35_500 });
    expect((await prepare('exercise', { ...option, action: 'lapse' })).measures.reduces).toBe(true);
    expect(facts.whatIfMissing).toMatch(/no exercises/);
    expect(facts.warnings).toContainEqual(expect.stringMatching(/cannot be undone/));
    expect(facts.warnings).toContainEqual(expect.stringMatching(/^Selling it brings/));
    expect(asked()).toHaveLength(before);
  });
});

describe('a prepared change', () => {
  const terms = {
    account: 'DU1234567',
    side: 'BUY',
    quantity: '10',
    type: 'LMT',
    limitPrice: '300',
    tif: 'GTC',
    outsideRth: false,
  } as const;
  const contract = { conId: 265598, secType: 'STK', symbol: 'AAPL', exchange: 'SMART', currency: 'USD', name: 'AAPL' };
  const identity = {
    orderId: 5,
    clientId: 7,
    permId: 900_001,
    account: 'DU1234567',
    orderRef: '',
    status: 'Submitted',
  };

  it('tells before and after, and takes of the limits what it adds', async () => {
    preparing.view.openOrders = async () => [{ order: { ...identity, contract, terms }, filled: '0', remaining: '10' }];
    const { facts, uses, measures } = await prepare('modify', { order: '900001', quantity: '20' });
    expect(facts.summary).toBe('CHANGE order 900001 to BUY 20 AAPL LMT 300 GTC, account DU1234567 (paper)');
    expect(facts.details).toEqual(['quantity: 10 → 20']);
    expect(facts.whatIf?.covers).toMatch(/as if it were a new one/);
    expect(facts.position).toEqual({ before: '100', after: '120' });
    expect(measures.notional).toBe(6_000);
    expect(uses).toEqual({ notional: '3000', orders: 0, quantity: '10', loss: '0' });
    expect((await prepare('modify', { order: '900001', quantity: '5' })).uses).toMatchObject({
      notional: '0',
      quantity: '0',
    });
  });
});

describe('policy at home', () => {
  it('is judged rule by rule, with what was used before', async () => {
    preparing.view.policy = { maxDayNotional: 5_000, symbols: ['AAPL'], maxOrderQuantity: 5 };
    preparing.view.used = () => ({ notional: '2000', orders: 1, quantity: '1', loss: '0' });
    const notes: object[] = [];
    preparing.view.noteRefusal = (note) => notes.push(note);
    const { verdicts, hash } = await prepare('place', order);
    expect(notes).toMatchObject([{ tool: 'place', hash, why: expect.stringMatching(/^maxOrderQuantity: .*; maxDay/) }]);
    expect(await failure(prepare('place', { ...order, contract: 'АAPL' }))).toBeDefined();
    expect(notes).toMatchObject([{}, { tool: 'place', why: expect.stringMatching(/^[a-z_]+: /) }]);
    preparing.view.noteRefusal = () => undefined;
    const passes = Object.fromEntries(verdicts.map(({ rule, pass }) => [rule, pass]));
    expect(passes).toEqual({ symbols: true, maxOrderQuantity: false, maxDayNotional: false });
    expect(verdicts.every(({ by }) => by === 'relay')).toBe(true);
  });

  it('does not pass what nobody can value while a cap is set', async () => {
    preparing.view.policy = { maxOrderNotional: 1e6 };
    const bond = { ...order, contract: 'VZ 4.329 20280921:BOND', quantity: '2', limit_price: '101.8' };
    const { verdicts, facts } = await prepare('place', bond);
    expect(verdicts).toMatchObject([{ rule: 'maxOrderNotional', pass: false }]);
    expect(facts.warnings).toContainEqual(expect.stringMatching(/not known.*does not pass/));
  });
});

describe('paper without market data', () => {
  it('trades within its limits, and is told what nobody could check', async () => {
    preparing.view.policy = { maxOrderNotional: 100, maxOrderQuantity: 50, priceCollarPercent: 5 };
    const text = 'Requested market data is not subscribed.';
    preparing.relay.sim.addRule({ on: 'in', message: 'reqMktData', do: 'error', code: 10186, text, times: 'always' });
    const { measures, verdicts, facts } = await prepare('place', {
      contract: 'IBM',
      side: 'BUY',
      quantity: '10',
      type: 'MKT',
    });
    expect(measures).toMatchObject({ unpriced: true });
    expect(verdicts).toMatchObject([{ rule: 'maxOrderQuantity', pass: true }]);
    expect(facts.warnings).toEqual([
      expect.stringMatching(/no quote to compare it with/),
      expect.stringMatching(/not known\. There is no price for it\. Limits that need it are passed over on paper/),
    ]);
    const limited = { contract: 'IBM', side: 'BUY', quantity: '10', type: 'LMT', limit_price: '200' };
    const passes = (await prepare('place', limited)).verdicts.map(({ rule, pass }) => `${rule} ${pass}`);
    expect(passes).toEqual(['maxOrderQuantity true', 'maxOrderNotional false']);
    preparing.relay.sim.heal();
  });
});

describe('before anybody is asked', () => {
  it('a stop, a breaker or a missing trust ends it', async () => {
    preparing.view.blocked = () => ({
      code: 'unsupported',
      message: 'Trading is stopped.',
      nextStep: 'resume-trading',
    });
    const before = asked().length;
    expect(await failure(prepare('place', order))).toMatchObject({ message: 'Trading is stopped.' });
    expect(asked()).toHaveLength(before);
  });

  it('a relay for reading only prepares nothing, and says who changes that', async () => {
    const { relay } = preparing;
    const usual = relay.operations;
    relay.operations = preparingExecutors(undefined);
    expect(await failure(prepare('place', order))).toMatchObject({
      code: 'trading_unavailable',
      message: expect.stringMatching(/reading only/),
      nextStep: expect.stringMatching(/RELAY_TRADING=paper/),
    });
    relay.operations = usual;
  });

  it('a gateway in read-only mode is told of', async () => {
    const text = "Error validating request.-'bN' : cause - The API interface is currently in Read-Only mode.";
    preparing.relay.sim.addRule({ on: 'in', message: 'placeOrder', do: 'error', code: 321, text });
    expect(await failure(prepare('place', order))).toMatchObject({
      ibCode: 321,
      message: expect.stringMatching(/Gateway is in read-only mode/),
      nextStep: expect.stringMatching(/Read-Only API/),
    });
  });

  it('an order that IB would reject is rejected', async () => {
    expect(await failure(prepare('place', { ...order, limit_price: '900' }))).toMatchObject({
      ibCode: 163,
      message: expect.stringMatching(/^The order would be rejected: /),
    });
  });

  it('figures that do not come are missing, and the order is not lost for it', async () => {
    preparing.view.nextOrderId = () => undefined;
    expect((await prepare('place', order)).facts.whatIfMissing).toMatch(/order id/);
  });
});

describe('what is the same again', () => {
  it('is said for an hour', async () => {
    const { hash } = await prepare('place', order);
    const at = preparing.relay.gateway.serverTime();
    preparing.view.recentOrders = () => [{ hash, ticket: 'abcdefgh12345678', at: at - 1_800_000 }];
    expect((await prepare('place', order)).facts.warnings).toEqual([
      expect.stringMatching(/same order was sent .*abcdefgh/),
    ]);
    preparing.view.recentOrders = () => [{ hash, ticket: 'abcdefgh12345678', at: at - 3_700_000 }];
    expect((await prepare('place', order)).facts.warnings).toEqual([]);
  });
});

describe('an order that is about to be consumed', () => {
  const kept = new Map<string, SendFacts>();
  const look = (order: string, more: object = {}) => {
    preparing.view.keepFacts = (text, facts) => kept.set(text, facts);
    return preparing.relay.execute('look_at_order', { order, wanted: true, ...more });
  };

  it('is not looked at where nobody has limits', async () => {
    const prepared = await prepare('place', order);
    kept.clear();
    expect(await look(prepared.order, { wanted: false })).toEqual({});
    expect(kept.size).toBe(0);
    preparing.view.policy = { approval: 'ticket' };
    expect(await look(prepared.order, { wanted: false })).toEqual({});
    preparing.view.policy = { maxDayOrders: 5 };
    expect(await look(prepared.order, { wanted: false })).toHaveProperty('measures');
    expect(kept.size).toBe(1);
  });

  it('is refused with the rules that it breaks now', async () => {
    const prepared = await prepare('place', order);
    preparing.view.policy = { maxOrderQuantity: 9, securityTypes: ['STK'] };
    expect(await failure(look(prepared.order))).toMatchObject({
      code: 'rejected_by_policy',
      message: 'maxOrderQuantity: size 10, at most 9 an order. Nothing was sent.',
    });
    preparing.view.policy = { maxDayOrders: 2 };
    preparing.view.used = () => ({ notional: '0', orders: 2, quantity: '0', loss: '0' });
    expect(await failure(look(prepared.order))).toMatchObject({ code: 'rejected_by_policy' });
  });

  it('is not looked at while trading is stopped', async () => {
    const { order: text } = await prepare('place', order);
    preparing.view.blocked = () => ({ code: 'trading_unavailable', message: 'Stopped.', nextStep: 'resume-trading' });
    expect(await failure(look(text))).toMatchObject({ message: 'Stopped.' });
  });

  it('is measured again, by the market and the position of then', async () => {
    const prepared = await prepare('place', order);
    expect(await look(prepared.order)).toEqual({ measures: prepared.measures, uses: prepared.uses });
    expect(kept.get(prepared.order)).toEqual({
      at: expect.any(Number),
      measures: prepared.measures,
      uses: prepared.uses,
      rates: { USD: '1' },
    });
    const closing = await prepare('close', { contract: 'AAPL' });
    const terms = {
      account: 'DU1234567',
      side: 'SELL',
      quantity: '50',
      type: 'LMT',
      limitPrice: '400',
      tif: 'GTC',
      outsideRth: false,
    } as const;
    const contract = {
      conId: 265598,
      secType: 'STK',
      symbol: 'AAPL',
      exchange: 'SMART',
      currency: 'USD',
      name: 'AAPL',
    };
    const other = {
      orderId: 5,
      clientId: 7,
      permId: 1,
      account: 'DU1234567',
      orderRef: '',
      status: 'Submitted',
      contract,
      terms,
    };
    preparing.view.openOrders = async () => [{ order: other, filled: '0', remaining: '50' }];
    expect(closing.measures.reduces).toBe(true);
    expect(await look(closing.order)).toMatchObject({ measures: { reduces: false }, uses: { orders: 1 } });
  });

  it('of an advisor’s group is looked at always, and is another order when the group has changed', async () => {
    const members = ['DU1111111', 'DU2222222'];
    const advisor = await startPreparing({ accounts: ['DF1234567', ...members, 'DU3333333'] });
    const setGroup = (accounts: readonly string[]) => {
      const list = accounts.map((one) => `<String>${one}</String>`).join('');
      advisor.relay.sim.world.book.advisor?.replaceGroups(
        `<ListOfGroups><Group><name>Both</name><ListOfAccts varName="list">${list}</ListOfAccts><defaultMethod>NetLiq</defaultMethod></Group></ListOfGroups>`,
      );
    };
    try {
      setGroup(members);
      const wish = { ...order, allocation: { group: 'Both', method: 'NetLiq' } };
      const prepared = await advisor.prepare('place', wish);
      expect(prepared).toMatchObject({ account: 'DF1234567', members });
      const ask = (more: object) =>
        advisor.relay.execute('look_at_order', { order: prepared.order, wanted: false, members, ...more });
      advisor.view.keepFacts = (text, facts) => kept.set(text, facts);
      expect(await ask({ members: [...members].reverse() })).toHaveProperty('measures');
      expect(kept.get(prepared.order)?.members).toEqual(members);
      expect(await failure(ask({ members: undefined }))).toMatchObject({ code: 'conflict' });
      setGroup([...members, 'DU3333333']);
      expect(await failure(ask({}))).toMatchObject({
        code: 'conflict',
        message: expect.stringMatching(/other accounts/),
      });
      advisor.relay.config = { trading: 'paper', allowedAccounts: ['DF1234567', ...members] };
      expect(await failure(ask({}))).toMatchObject({ code: 'account_not_found' });
    } finally {
      await advisor.relay.stop();
    }
  });

  it('has to be for an account that may be traded still', async () => {
    const { order: text } = await prepare('place', order);
    const { relay } = preparing;
    const usual = relay.config;
    relay.config = { trading: 'paper', allowedAccounts: [] };
    expect(await failure(look(text))).toMatchObject({ code: 'account_not_found' });
    relay.config = usual;
    expect(await failure(look('{}'))).toMatchObject({ code: expect.any(String) });
  });
});

describe('a trading desk', () => {
  const ticket = (state: string) => ({ hash: `1:${state}`, gatewayAt: 5, state });
  const desk = {
    state: {
      generation: 'abcd',
      active: new Map([['one', ticket('working')]]),
      ended: new Map([
        ['two', ticket('rejected')],
        ['three', ticket('not_placed')],
        ['four', ticket('final')],
      ]),
      recent: ['one', 'two', 'three', 'four', 'gone'],
    },
    used: () => ({ notional: '1', orders: 1, quantity: '1', loss: '0' }),
    blocked: () => undefined,
    takeId: () => 17,
  };

  it('is looked at without being given', async () => {
    const { gateway } = preparing.relay;
    const view = viewOfDesk(desk as never, gateway, { policy: {}, approval: 'none', clientId: 7 });
    expect(view).toMatchObject({ generation: 'abcd', approval: 'none', clientId: 7 });
    expect(view.recentOrders().map(({ hash }) => hash)).toEqual(['1:working', '1:final']);
    expect(view.nextOrderId()).toBe(17);
    expect(await view.openOrders(new AbortController().signal)).toEqual([]);
  });

  it('whose gateway has orders is told what is left of them', async () => {
    const seen = { terms: { quantity: '10' } };
    const progress = { filled: '4', remaining: '6', averagePrice: '1' };
    const orders = { openOrders: async () => [seen, { ...seen, progress }] as never };
    expect(await openOrdersOf(orders)).toMatchObject([
      { filled: '0', remaining: '10' },
      { filled: '4', remaining: '6' },
    ]);
  });
});
