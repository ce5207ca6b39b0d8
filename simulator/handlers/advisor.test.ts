import { type Contract, EventName, FADataType } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayWithClient, type Pair } from '../../test/support/simulator/client.ts';

const master = 'DF1234567';
const clients = ['DU1111111', 'DU2222222'] as const;
const groups = `<?xml version="1.0" encoding="UTF-8"?>
<ListOfGroups>
  <Group>
    <name>Two &amp; Co</name>
    <ListOfAccts varName="list">
      <Account><acct>DU2222222</acct><amount>60.0</amount></Account>
    </ListOfAccts>
    <defaultMethod>Percent</defaultMethod>
  </Group>
  <Group>
    <name>Old</name>
    <ListOfAccts varName="list"><String>DU1111111</String><String>DU2222222</String></ListOfAccts>
    <defaultMethod>NetLiq</defaultMethod>
  </Group>
</ListOfGroups>`;
let pair: Pair;

afterEach(async () => {
  expect(pair.client.errors().filter(({ code }) => code === 505)).toEqual([]);
  await pair.close();
});

async function summaryOf(reqId: number, group: string): Promise<[string, number][]> {
  const { client } = pair;
  client.api.reqAccountSummary(reqId, group, 'NetLiquidation');
  await client.until(EventName.accountSummaryEnd, (id) => id === reqId);
  const rows = client.all(EventName.accountSummary).filter(([id]) => id === reqId);
  return rows.map(([, account, , value]) => [String(account), Number(value)]);
}

describe('an advisor', () => {
  beforeEach(async () => {
    pair = await gatewayWithClient({ accounts: [master, ...clients] });
  });

  it('has clients with positions, and none in the own account', async () => {
    const { client } = pair;
    client.api.reqPositions();
    await client.until(EventName.positionEnd);
    expect(new Set(client.all(EventName.position).map(([account]) => account))).toEqual(new Set(clients));
    client.api.reqAccountSummary(1, 'All', 'AccountType');
    await client.until(EventName.accountSummaryEnd);
    expect(client.all(EventName.accountSummary).map(([, account, , value]) => `${account} ${value}`)).toEqual([
      `${master} ADVISOR`,
      `${clients[0]} INDIVIDUAL`,
      `${clients[1]} INDIVIDUAL`,
    ]);
  });

  it('replaces the groups, reads them back, and asks for summaries by group', async () => {
    const { client } = pair;
    client.api.replaceFA(7, FADataType.GROUPS, groups);
    await client.until(EventName.replaceFAEnd, (reqId) => reqId === 7);
    client.api.requestFA(FADataType.GROUPS);
    const [type, xml] = await client.until(EventName.receiveFA);
    expect(type).toBe(FADataType.GROUPS);
    expect(xml).toContain('<name>Two &amp; Co</name>');
    expect(xml).toContain('<amount>60.0</amount>');
    client.api.replaceFA(8, FADataType.GROUPS, String(xml));
    await client.until(EventName.replaceFAEnd, (reqId) => reqId === 8);
    expect((await summaryOf(1, 'Two & Co')).map(([account]) => account)).toEqual(['DU2222222']);
    expect((await summaryOf(2, 'Old')).map(([account]) => account)).toEqual([...clients]);
    client.api.reqAccountSummary(3, 'New', 'NetLiquidation');
    expect(await client.error(3)).toMatchObject({ code: 321 });
  });

  it('renames accounts', async () => {
    const { client } = pair;
    const alias = '<AccountAlias><account>DU1111111</account><alias>Ms &lt;Smith&gt;</alias></AccountAlias>';
    client.api.replaceFA(7, FADataType.ALIASES, `<ListOfAccountAliases>${alias}</ListOfAccountAliases>`);
    await client.until(EventName.replaceFAEnd);
    client.api.requestFA(FADataType.ALIASES);
    const [, xml] = await client.until(EventName.receiveFA);
    expect(xml).toContain('<alias>Ms &lt;Smith&gt;</alias>');
    expect(xml).toContain('<alias>DU2222222</alias>');
  });

  it('is refused what is not XML, names strangers, or divides by no method, and keeps what there was', async () => {
    const { client } = pair;
    const refused = [
      'no markup',
      '<ListOfGroups><Group></ListOfGroups>',
      '<ListOfAccountAliases/>',
      groups.replace('DU1111111', 'DU9999999'),
      groups.replace('NetLiq', 'Lottery'),
      groups.replace('Old', 'Two &amp; Co'),
    ];
    for (const [index, xml] of refused.entries()) {
      client.api.replaceFA(20 + index, FADataType.GROUPS, xml);
      const { code } = await client.error(20 + index);
      expect(code).toBeGreaterThan(10_000);
    }
    client.api.requestFA(FADataType.GROUPS);
    const [, xml] = await client.until(EventName.receiveFA);
    expect(xml).not.toContain('<Group>');
    expect(client.all(EventName.replaceFAEnd)).toEqual([]);
  });

  it('sees all clients together under the code with an A', async () => {
    const { client } = pair;
    const [, first, second] = await summaryOf(1, 'All');
    client.api.reqAccountUpdates(true, `${master}A`);
    await client.until(EventName.accountDownloadEnd, (account) => account === `${master}A`);
    const together = client
      .all(EventName.updateAccountValue)
      .find(([key, , currency]) => key === 'NetLiquidation' && currency === 'USD');
    expect(Number(together?.[1])).toBeCloseTo((first?.[1] ?? 0) + (second?.[1] ?? 0), -1);
  });

  it('sees what a client has in a model, and which positions are in none', async () => {
    const { client } = pair;
    const [account] = clients;
    const positions = async (reqId: number, modelCode: string) => {
      client.api.reqPositionsMulti(reqId, account, modelCode);
      await client.until(EventName.positionMultiEnd, (id) => id === reqId);
      client.api.cancelPositionsMulti(reqId);
      const rows = client.all(EventName.positionMulti).filter(([id]) => id === reqId);
      return rows.map(([, , code, contract, quantity]) => [(contract as Contract).symbol, code, quantity]);
    };
    expect(await positions(1, 'Growth')).toContainEqual(['AAPL', 'Growth', 50]);
    const all = await positions(2, '');
    expect(all.filter(([symbol]) => symbol === 'MSFT')).toEqual([
      ['MSFT', '', 13.5],
      ['MSFT', 'Growth', 12],
    ]);
    expect(await positions(3, 'Income')).toEqual([]);
  });

  it('sees what a model is worth, and what it gains', async () => {
    const { client } = pair;
    const [account] = clients;
    const worth = async (reqId: number, modelCode: string) => {
      client.api.reqAccountUpdatesMulti(reqId, account, modelCode, false);
      await client.until(EventName.accountUpdateMultiEnd, (id) => Number(id) === reqId);
      const rows = client.all(EventName.accountUpdateMulti).filter(([id]) => id === reqId);
      expect(rows.every(([, id, code]) => id === account && code === modelCode)).toBe(true);
      return Number(rows.find(([, , , key, , currency]) => key === 'NetLiquidation' && currency === 'USD')?.[4]);
    };
    const [whole, growth] = [await worth(1, ''), await worth(2, 'Growth')];
    expect(growth).toBeGreaterThan(0);
    expect(growth).toBeLessThan(whole);
    expect(await worth(3, 'Income')).toBeNaN();
    client.api.reqPnL(4, account, 'Growth');
    expect(await client.until(EventName.pnl, (id) => id === 4)).toHaveLength(4);
    client.api.reqPnLSingle(5, account, 'Growth', 265598);
    const [, held] = await client.until(EventName.pnlSingle, (id) => id === 5);
    expect(held).toBe(50);
    client.api.reqPnL(6, account, 'Income');
    expect(await client.error(6)).toMatchObject({ code: 321, text: expect.stringContaining('model') });
  });
});

describe('somebody without clients', () => {
  it('has no advisor configuration', async () => {
    pair = await gatewayWithClient();
    pair.client.api.replaceFA(7, FADataType.GROUPS, groups);
    expect(await pair.client.error(7)).toMatchObject({ code: 321, text: expect.stringContaining('non FA customers') });
  });
});
