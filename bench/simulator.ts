import { Buffer } from 'node:buffer';
import { once } from 'node:events';
import { connect } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { startSimulator } from '../simulator/index.ts';
import { encodeFields, encodeFrame } from '../simulator/protocol/codec.ts';
import { frame } from '../simulator/protocol/framing.ts';
import { serverMessages } from '../simulator/protocol/messages.ts';
import { clientRequests } from '../simulator/protocol/requests.ts';

/**
 * What the simulated gateway can do on this machine: ticks encoded per second, how long it takes to start, and ticks
 * delivered per second. The market runs a thousand times faster than life here, so that it never has nothing to say;
 * the clients are in a thread of their own. A gateway takes 32 clients: a hundred share four.
 */

const serverVersion = 193;
const encodedTicks = 400_000;
const starts = 10;
const deliverySeconds = 3;
const worldSpeed = 1_000;
/** A Friday morning on which New York trades. */
const opening = Date.parse('2026-11-20T15:00:00Z');
const symbols = ['AAPL', 'MSFT', 'NVDA', 'AMZN', 'GOOGL', 'META', 'TSLA', 'JPM', 'XOM', 'KO'];

/** Which clients a thread plays: how many at each gateway, and how many market data lines each of them opens. */
interface Load {
  readonly ports: readonly number[];
  readonly clientsEach: number;
  readonly linesEach: number;
}

if (isMainThread) await report();
else await play(workerData as Load);

async function report(): Promise<void> {
  const encoded = perSecond(encodedTicks, encodeTick);
  const asJson = perSecond(encodedTicks, (index) => JSON.stringify(tick(index)).length);
  print('ticks encoded per second', encoded);
  print('as many in JSON', asJson);
  print('encoding to JSON', encoded / asJson, 2);
  print('milliseconds to start', await startTime(), 1);
  print('ticks per second to 1 client with 100 lines', await delivered(1, { clientsEach: 1, linesEach: 100 }));
  print('ticks per second to 100 clients with 10 lines', await delivered(4, { clientsEach: 25, linesEach: 10 }));
}

function print(name: string, value: number, digits = 0): void {
  const text = value.toLocaleString('en-US', { maximumFractionDigits: digits, minimumFractionDigits: digits });
  process.stdout.write(`${name.padEnd(48)}${text.padStart(14)}\n`);
}

/** Alternating prices and sizes, as a market data line has them. */
function tick(index: number) {
  const reqId = 1_000 + (index % 100);
  const size = 100 * (1 + (index % 7));
  if (index % 2 === 1) return { reqId, tickType: 0, size };
  return { reqId, tickType: 1, price: (27_000 + (index % 500)) / 100, size, attrMask: 1 };
}

function encodeTick(index: number): number {
  const message = index % 2 === 1 ? serverMessages.tickSize : serverMessages.tickPrice;
  return encodeFrame(encodeFields(message, tick(index), serverVersion)).length;
}

/** How often something can be done in a second, after a warm-up of the same length. */
function perSecond(count: number, act: (index: number) => number): number {
  let bytes = 0;
  const round = (): number => {
    const started = performance.now();
    for (let index = 0; index < count; index++) bytes += act(index);
    return performance.now() - started;
  };
  round();
  const milliseconds = round();
  if (bytes === 0) throw new Error('nothing was encoded');
  return (count / milliseconds) * 1_000;
}

/** The median time from nothing to a gateway that listens. The code is loaded already. */
async function startTime(): Promise<number> {
  const times: number[] = [];
  for (let start = 0; start < starts; start++) {
    const started = performance.now();
    const gateway = await startSimulator();
    times.push(performance.now() - started);
    await gateway.close();
  }
  return times.sort((a, b) => a - b)[Math.floor(starts / 2)] ?? Number.NaN;
}

/** Ticks that arrive in a second at all clients together. */
async function delivered(gatewayCount: number, load: Omit<Load, 'ports'>): Promise<number> {
  const epoch = performance.now();
  const clock = (): Date => new Date(opening + (performance.now() - epoch) * worldSpeed);
  const gateways = await Promise.all(
    Array.from({ length: gatewayCount }, () => startSimulator({ clock, tickIntervalMs: 1, marketDataLines: 1_000 })),
  );
  try {
    const worker = new Worker(import.meta.filename, {
      workerData: { ...load, ports: gateways.map(({ port }) => port) },
    });
    const [count] = (await once(worker, 'message')) as [number];
    await worker.terminate();
    return count / deliverySeconds;
  } finally {
    await Promise.all(gateways.map((gateway) => gateway.close()));
  }
}

/** Plays the clients of a load, and tells how many ticks came within the time. */
async function play({ ports, clientsEach, linesEach }: Load): Promise<void> {
  const clients = await Promise.all(
    ports.flatMap((port) => Array.from({ length: clientsEach }, (_, index) => startClient(port, index + 1, linesEach))),
  );
  const ticksSoFar = (): number => clients.reduce((sum, client) => sum + client.ticks, 0);
  const before = ticksSoFar();
  setTimeout(() => parentPort?.postMessage(ticksSoFar() - before), deliverySeconds * 1_000);
}

interface TickCounter {
  ticks: number;
}

/** A client that shakes hands, opens its lines, and from then on only counts. */
async function startClient(port: number, clientId: number, lines: number): Promise<TickCounter> {
  const socket = connect(port, '127.0.0.1');
  const counter: TickCounter = { ticks: 0 };
  const { promise: quoted, resolve } = Promise.withResolvers<void>();
  const send = (tokens: string[]): void => void socket.write(encodeFrame(tokens));
  let greeted = false;
  let rest: Buffer | undefined;
  socket.on('data', (chunk) => {
    const data = rest ? Buffer.concat([rest, chunk]) : chunk;
    let start = 0;
    for (; start + 4 <= data.length; ) {
      const end = start + 4 + data.readUInt32BE(start);
      if (end > data.length) break;
      if (!greeted) {
        greeted = true;
        send(encodeFields(clientRequests.startApi, { clientId }, serverVersion));
      } else if (isTick(data, start + 4)) {
        counter.ticks += 1;
        resolve();
      } else if (startsWith(data, start + 4, '9\0')) {
        for (let line = 0; line < lines; line++) send(marketDataLine(line));
      }
      start = end;
    }
    rest = start < data.length ? data.subarray(start) : undefined;
  });
  socket.on('error', (error) => {
    throw error;
  });
  socket.write('API\0');
  socket.write(frame(`v100..${serverVersion}`));
  await quoted;
  return counter;
}

function startsWith(data: Buffer, at: number, text: string): boolean {
  return data.toString('latin1', at, at + text.length) === text;
}

/** Prices, sizes, strings and generic values of market data lines. */
function isTick(data: Buffer, at: number): boolean {
  return ['1\0', '2\0', '45\0', '46\0'].some((start) => startsWith(data, at, start));
}

function marketDataLine(line: number): string[] {
  const symbol = symbols[line % symbols.length];
  const values = { reqId: 1_000 + line, symbol, secType: 'STK', exchange: 'SMART', currency: 'USD' };
  return encodeFields(clientRequests.reqMktData, values, serverVersion);
}
