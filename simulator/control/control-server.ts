import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { ActionError, actionNames, actions, perform } from '../actions/actions.ts';
import { ScenarioDesk } from '../scenarios/desk.ts';
import type { Simulator } from '../server/server.ts';
import { restoreState, StateError, saveState } from '../state/state.ts';
import { type Logger, silent } from '../world/logger.ts';
import { checkOrigin, Refusal, readBody } from './requests.ts';
import { viewNames, views } from './views.ts';

interface Endpoint {
  readonly description: string;
  readonly answer: (body: unknown) => unknown;
}

export interface ControlServer {
  readonly port: number;
  readonly scenarios: ScenarioDesk;
  close(): Promise<void>;
}

export interface ControlOptions {
  /** 0, the default, lets the system choose. */
  readonly port?: number;
  readonly logger?: Logger;
  readonly scenarios?: ScenarioDesk;
}

/** Every endpoint by method and path. */
export function endpointsOf(simulator: Simulator, scenarios: ScenarioDesk): ReadonlyMap<string, Endpoint> {
  const endpoints = new Map<string, Endpoint>();
  endpoints.set('GET /', {
    description: 'This list.',
    answer: () => ({
      endpoints: Object.fromEntries([...endpoints].map(([path, { description }]) => [path, description])),
    }),
  });
  for (const name of viewNames) {
    endpoints.set(`GET /${name}`, { description: views[name].description, answer: () => views[name].show(simulator) });
  }
  for (const name of actionNames) {
    endpoints.set(`POST /actions/${name}`, {
      description: actions[name].description,
      answer: (body) => perform(simulator, name, body),
    });
  }
  endpoints.set('GET /state', { description: 'Everything that can be restored.', answer: () => saveState(simulator) });
  endpoints.set('POST /state', {
    description: 'Restores what GET /state has given; the clock too.',
    answer: (body) => restoreState(simulator, body),
  });
  endpoints.set('GET /scenario', {
    description: 'The scenario that runs, and those there are.',
    answer: () => scenarios.status(),
  });
  endpoints.set('POST /scenario', {
    description: 'Starts a scenario, by name or with its steps, in place of the one that runs.',
    answer: (body) => scenarios.start(body),
  });
  endpoints.set('DELETE /scenario', {
    description: 'Does no further step of the scenario.',
    answer: () => scenarios.stop(),
  });
  return endpoints;
}

/** Serves the control API on the loopback address. @throws when the port is taken */
export async function startControl(simulator: Simulator, options: ControlOptions = {}): Promise<ControlServer> {
  const log = options.logger ?? silent;
  const scenarios = options.scenarios ?? new ScenarioDesk(simulator, log);
  const endpoints = endpointsOf(simulator, scenarios);
  const server = createServer((request, response) => void answer(endpoints, request, response, log));
  server.requestTimeout = 30_000;
  server.maxConnections = 64;
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    scenarios,
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function answer(
  endpoints: ReadonlyMap<string, Endpoint>,
  request: IncomingMessage,
  response: ServerResponse,
  log: Logger,
): Promise<void> {
  try {
    checkOrigin(request);
    const endpoint = find(endpoints, request);
    send(response, 200, (await endpoint.answer(await readBody(request))) ?? null);
  } catch (error) {
    const { status, message, details } = explain(error);
    if (status === 500) log.warn({ error, url: request.url }, 'a control request failed');
    send(response, status, { error: message, ...(details.length > 0 && { details }) });
  }
}

function find(endpoints: ReadonlyMap<string, Endpoint>, { method = 'GET', url = '/' }: IncomingMessage): Endpoint {
  const { pathname } = new URL(url, 'http://localhost');
  const wanted = `${method} ${pathname}`;
  const endpoint = endpoints.get(wanted);
  if (endpoint) return endpoint;
  const methods = [...endpoints.keys()].filter((key) => key.endsWith(` ${pathname}`)).map((key) => key.split(' ')[0]);
  if (methods.length > 0) throw new Refusal(405, `${pathname} takes ${methods.join(' and ')}, not ${method}.`);
  throw new Refusal(
    404,
    `There is no ${wanted}. Did you mean ${closest(wanted, [...endpoints.keys()])}? GET / lists all.`,
  );
}

function explain(error: unknown): Pick<Refusal, 'status' | 'message' | 'details'> {
  if (error instanceof Refusal) return error;
  if (error instanceof z.ZodError) {
    const details = error.issues.map(({ path, message }) =>
      path.length > 0 ? `${path.join('.')}: ${message}` : message,
    );
    return { status: 400, message: 'The body does not fit.', details };
  }
  if (error instanceof ActionError) return { status: 409, message: error.message, details: [] };
  if (error instanceof StateError || error instanceof RangeError)
    return { status: 400, message: error.message, details: [] };
  return { status: 500, message: error instanceof Error ? error.message : String(error), details: [] };
}

function send(response: ServerResponse, status: number, body: unknown): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(status, { 'Content-Type': 'application/json', 'X-Content-Type-Options': 'nosniff' });
  response.end(`${JSON.stringify(body)}\n`);
}
