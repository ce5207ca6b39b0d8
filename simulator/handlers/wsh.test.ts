import { EventName, WshEventData } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayWithClient, type Pair } from '../../test/support/simulator/client.ts';
import { eventTypes } from '../research/wsh-events.ts';

const aapl = 265598;
const ibm = 8314;

let pair: Pair;

beforeEach(async () => {
  pair = await gatewayWithClient();
});

afterEach(async () => {
  const undecodable = pair.client.errors().filter(({ code }) => code === 505);
  await pair.close();
  expect(undecodable).toEqual([]);
});

interface Event {
  readonly event_type: string;
  readonly index_date: string;
  readonly conids: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

async function metaData(reqId: number): Promise<{ event_types: { tag: string; name: string }[] }> {
  pair.client.api.reqWshMetaData(reqId);
  const [, json] = await pair.client.until(EventName.wshMetaData, (id) => id === reqId);
  return JSON.parse(json as string);
}

/** Asks for events and withdraws the request, so that the next one may be made. */
async function events(reqId: number, asked: WshEventData): Promise<Event[]> {
  const { api } = pair.client;
  api.reqWshEventData(reqId, asked);
  const [, json] = await pair.client.until(EventName.wshEventData, (id) => id === reqId);
  api.reqCancelWshEventData(reqId);
  return JSON.parse(json as string);
}

const byContract = (conId: number, start = '', end = '', limit?: number) =>
  new WshEventData(conId, false, false, false, start, end, limit);

/** No contract: a client's number for "not set". */
const noContract = 2147483647;

function byFilter(filter: string): WshEventData {
  const asked = new WshEventData(noContract);
  asked.filter = filter;
  return asked;
}

describe('the Wall Street Horizon calendar', () => {
  it('lists every type of event in its meta data', async () => {
    const { event_types } = await metaData(1);
    expect(Object.fromEntries(event_types.map(({ tag, name }) => [tag, name]))).toEqual(eventTypes);
  });

  it('has the events of a contract in order, within the dates and the limit', async () => {
    await metaData(1);
    const all = await events(2, byContract(aapl, '20260101', '20270101'));
    const dates = all.map(({ index_date }) => index_date);
    expect(dates).toEqual([...dates].sort());
    for (const date of dates) expect(date >= '20260101' && date <= '20270101').toBe(true);
    for (const { conids } of all) expect(conids).toEqual([String(aapl)]);
    expect(await events(3, byContract(aapl, '20260101', '20270101', 3))).toEqual(all.slice(0, 3));
  });

  it('announces earnings four times a year, and knows them only afterwards', async () => {
    await metaData(1);
    const year = await events(2, byContract(aapl, '20260101', '20261231'));
    const of = (type: string) =>
      year.filter(({ event_type }) => event_type === type).map(({ index_date }) => index_date);
    const announced = [...of('wshe_ed'), ...of('wshe_fq')];
    expect(announced).toHaveLength(4);
    expect(of('wshe_eps')).toEqual(announced.filter((date) => date <= '20261120'));
  });

  it('can be filtered by watch list and by type', async () => {
    await metaData(1);
    const found = await events(
      2,
      byFilter(JSON.stringify({ country: 'All', watchlist: [String(ibm), String(aapl)], wshe_div: 'true' })),
    );
    expect(new Set(found.map(({ event_type }) => event_type))).toEqual(new Set(['wshe_div']));
    expect(new Set(found.flatMap(({ conids }) => conids))).toEqual(new Set([String(ibm), String(aapl)]));
  });

  it('wants the meta data to be asked for first, and one request at a time', async () => {
    const { client } = pair;
    client.api.reqWshEventData(1, byContract(aapl));
    expect(await client.error(1)).toMatchObject({ code: 10282 });
    await metaData(2);
    client.api.reqWshMetaData(3);
    expect(await client.error(3)).toMatchObject({ code: 10278 });
    client.api.reqCancelWshMetaData(2);
    await metaData(4);
    client.api.reqWshEventData(5, byContract(aapl));
    await client.until(EventName.wshEventData, (id) => id === 5);
    client.api.reqWshEventData(6, byContract(aapl));
    expect(await client.error(6)).toMatchObject({ code: 10281 });
    client.api.reqCancelWshEventData(77);
    expect(await client.error(77)).toMatchObject({ code: 10284 });
  });

  it('refuses requests that say nothing, or nothing it understands', async () => {
    const { client } = pair;
    await metaData(1);
    client.api.reqWshEventData(2, new WshEventData(noContract, false, true));
    expect(await client.error(2)).toMatchObject({ code: 10309 });
    client.api.reqWshEventData(3, byFilter('{oops'));
    expect(await client.error(3)).toMatchObject({ code: 10283 });
    client.api.reqWshEventData(4, byContract(aapl, 'tomorrow'));
    expect(await client.error(4)).toMatchObject({ code: 10283 });
    expect(await events(5, byContract(aapl))).not.toEqual([]);
  });
});
