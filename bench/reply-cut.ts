/**
 * An assistant asks for one order, its reply is cut after the submission, and it does what the server itself says next: how
 * many orders are there in the end? Here, and with ib-gateway-mcp 0.2.2 from PyPI, each on a simulated gateway of its own.
 * Cut in two ways: the reply alone is lost, or the process that answers it ends.
 */

import { setTimeout as delay } from 'node:timers/promises';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { type Simulator, startSimulator } from '../simulator/index.ts';
import { findPython, pythonPackages } from '../test/clients/packages.ts';
import { startSystem } from '../test/support/system.ts';

/** A Friday noon in New York: the order fills or rests at once. */
const instant = Date.parse('2026-11-20T17:00:00Z');
const rounds = 5;

type Cut = 'reply lost' | 'process ended';
const cuts: readonly Cut[] = ['reply lost', 'process ended'];

interface Result {
  readonly orders: number;
  /** What the server said when it was asked again. */
  readonly said: string;
}

const placed = (simulator: Simulator): number =>
  simulator.world.exchange.open().length + simulator.world.exchange.completed().length;

async function peer(cut: Cut, python: string, folder: string): Promise<Result> {
  const simulator = await startSimulator({ clock: () => new Date(instant) });
  const env = {
    PATH: process.env.PATH ?? '',
    PYTHONPATH: folder,
    PYTHONNOUSERSITE: '1',
    IB_HOST: '127.0.0.1',
    IB_PORT: String(simulator.port),
    IB_CLIENT_ID: '21',
    IBKR_MCP_PROFILE: 'full',
  };
  const connect = async (): Promise<Client> => {
    const client = new Client({ name: 'reply-cut', version: '1' });
    await client.connect(
      new StdioClientTransport({ command: python, args: ['-m', 'ib_gateway_mcp'], env, stderr: 'ignore' }),
    );
    return client;
  };
  let client = await connect();
  const order = {
    contract: { symbol: 'AAPL', sec_type: 'STK', exchange: 'SMART', currency: 'USD' },
    action: 'BUY',
    quantity: 1,
    order_type: 'LMT',
    limit_price: 10,
  };
  const call = async (name: string, args: Record<string, unknown>): Promise<{ text: string; isError: boolean }> => {
    const { content, isError } = await client.callTool({ name, arguments: args });
    return { text: (content as { text?: string }[])[0]?.text ?? '', isError: isError === true };
  };
  const token = async (): Promise<string> => {
    const { text, isError } = await call('preview_order', { order });
    if (isError) throw new Error(text);
    return (JSON.parse(text) as { token: string }).token;
  };
  try {
    const first = await token();
    const submission = call('submit_order', { token: first }).catch(() => undefined);
    while (placed(simulator) === 0) await delay(5);
    if (cut === 'process ended') {
      await client.close();
      await submission;
      client = await connect();
    } else await submission;
    const again = await call('submit_order', { token: first });
    if (/run the preview again/i.test(again.text)) await call('submit_order', { token: await token() });
    await delay(200);
    return { orders: placed(simulator), said: again.text.replaceAll('\n', ' ').slice(0, 160) };
  } finally {
    await client.close();
    await simulator.close();
  }
}

/** The same here: the words of the order again, without anything that would tell the server that it is a repetition. */
async function here(cut: Cut): Promise<Result> {
  const system = await startSystem({
    simulator: { clock: () => new Date(instant) },
    env: { RELAY_TRADING: 'paper' },
  });
  const { relay, simulator } = system;
  const client = await system.connect('2026-07-28', { trade: true });
  const order = { contract: 'AAPL', side: 'BUY', quantity: '1', type: 'LMT', limit_price: '10' };
  const ask = async (name: string, args: object) => {
    const { structuredContent, content } = await client.call(name, { ...args });
    const { ticket, state } = (structuredContent ?? {}) as { ticket?: string; state?: string };
    return { ticket, state, text: content[0]?.text ?? '' };
  };
  try {
    const lost = new AbortController();
    const submission = client.call('place_order', order, { signal: lost.signal }).catch(() => undefined);
    while (placed(simulator) === 0) await delay(5);
    lost.abort();
    await submission;
    if (cut === 'process ended') {
      await relay.kill();
      relay.start();
      await relay.ready();
    }
    const again = await ask('place_order', order);
    if (again.state === 'awaiting_approval') await ask('confirm_order', { ticket: again.ticket });
    await delay(1_000);
    return { orders: placed(simulator), said: again.text.replaceAll('\n', ' ').slice(0, 260) };
  } finally {
    await client.close();
    await system.close();
  }
}

async function report(name: string, run: (cut: Cut) => Promise<Result>): Promise<void> {
  for (const cut of cuts) {
    const results: Result[] = [];
    for (let round = 0; round < rounds; round++) results.push(await run(cut));
    console.log(`${name}, ${cut}: ${results.map(({ orders }) => orders).join(' ')} orders`);
    console.log(`  ${results[0]?.said}`);
  }
}

await report('ibkr-remote-mcp', here);
const python = await findPython(12);
const folder = await pythonPackages(python, ['ib-gateway-mcp==0.2.2'], { whatTheyNeed: true });
await report('ib-gateway-mcp 0.2.2', (cut) => peer(cut, python, folder));
