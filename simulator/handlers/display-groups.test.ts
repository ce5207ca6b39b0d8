import { EventName } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayWithClient, type Pair, TestClient } from '../../test/support/simulator/client.ts';

let pair: Pair;
let other: TestClient;

beforeEach(async () => {
  pair = await gatewayWithClient();
  other = await TestClient.ready(pair.gateway.port, 2);
});

afterEach(async () => {
  const undecodable = [pair.client, other].flatMap((client) => client.errors()).filter(({ code }) => code === 505);
  other.disconnect();
  await pair.close();
  expect(undecodable).toEqual([]);
});

const shown = async (client: TestClient, reqId: number, info: string) =>
  client.until(EventName.displayGroupUpdated, (id, contractInfo) => id === reqId && contractInfo === info);

describe('display groups', () => {
  it('are seven', async () => {
    pair.client.api.queryDisplayGroups(1);
    expect(await pair.client.until(EventName.displayGroupList)).toEqual([1, '1|2|3|4|5|6|7']);
  });

  it('show nothing at first, and what a client chose to every client that watches', async () => {
    pair.client.api.subscribeToGroupEvents(1, 4);
    other.api.subscribeToGroupEvents(7, 4);
    other.api.subscribeToGroupEvents(8, 5);
    for (const [client, reqId] of [
      [pair.client, 1],
      [other, 7],
      [other, 8],
    ] as const)
      await shown(client, reqId, 'none');
    pair.client.api.updateDisplayGroup(1, '8314@SMART');
    await shown(pair.client, 1, '8314@SMART');
    await shown(other, 7, '8314@SMART');
    expect(other.all(EventName.displayGroupUpdated).filter(([id]) => id === 8)).toEqual([[8, 'none']]);
  });

  it('keep what they show for those who come later', async () => {
    pair.client.api.subscribeToGroupEvents(1, 2);
    pair.client.api.updateDisplayGroup(1, '265598@NASDAQ');
    await shown(pair.client, 1, '265598@NASDAQ');
    other.api.subscribeToGroupEvents(3, 2);
    await shown(other, 3, '265598@NASDAQ');
  });

  it('say nothing more to who has left', async () => {
    pair.client.api.subscribeToGroupEvents(1, 1);
    other.api.subscribeToGroupEvents(2, 1);
    await shown(other, 2, 'none');
    other.api.unsubscribeFromGroupEvents(2);
    other.api.queryDisplayGroups(3);
    await other.until(EventName.displayGroupList);
    pair.client.api.updateDisplayGroup(1, '8314@SMART');
    await shown(pair.client, 1, '8314@SMART');
    other.api.queryDisplayGroups(4);
    await other.until(EventName.displayGroupList, (id) => id === 4);
    expect(other.all(EventName.displayGroupUpdated)).toEqual([[2, 'none']]);
  });

  it.each(['8314', '8314@MARS', '1@SMART', 'combo', ''])('refuse to show %j', async (contractInfo) => {
    const { client } = pair;
    client.api.subscribeToGroupEvents(1, 1);
    await shown(client, 1, 'none');
    client.api.updateDisplayGroup(1, contractInfo);
    expect((await client.error(1)).code).toBe(321);
  });

  it('refuse groups and subscriptions that do not exist', async () => {
    pair.client.api.subscribeToGroupEvents(1, 8);
    expect((await pair.client.error(1)).code).toBe(321);
    pair.client.api.updateDisplayGroup(2, 'none');
    expect((await pair.client.error(2)).code).toBe(321);
  });
});
