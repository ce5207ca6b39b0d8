import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { World } from '../world/world.ts';
import { flexStatement } from './statement.ts';

/** The one token that a simulated Flex Web Service takes, and the number of its one query. Nothing real has them. */
export const flexToken = 'simulated1234567890';
export const flexQuery = '900001';

/** Statements that wait to be fetched; the oldest go. */
const mostReferences = 100;

export interface FlexService {
  /** Where it is, as `RELAY_FLEX_URL` wants it. */
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves version 3 of IBKR's Flex Web Service on the loopback address: SendRequest gives a reference, GetStatement the
 * accounts' own past up to the last day that has ended.
 * @param port 0 picks a free one
 * @throws when it cannot listen there
 */
export async function startFlexService(world: World, port: number): Promise<FlexService> {
  const references = new Map<string, string>();
  let count = 0;
  const send = (query: URLSearchParams): string => {
    if (query.get('t') !== flexToken) return refusal(1015, 'Token is invalid.');
    if (query.get('q') !== flexQuery) return refusal(1014, 'Query is invalid.');
    count += 1;
    const reference = String(7_000_000_000 + count);
    references.set(reference, flexStatement(world.book.past(), world.model, world.now()));
    if (references.size > mostReferences) references.delete(references.keys().next().value as string);
    return envelope('Success', `<ReferenceCode>${reference}</ReferenceCode>\n<Url>${url()}/GetStatement</Url>`);
  };
  const get = (query: URLSearchParams): string => {
    if (query.get('t') !== flexToken) return refusal(1015, 'Token is invalid.');
    return references.get(query.get('q') ?? '') ?? refusal(1017, 'Reference code is invalid.');
  };
  const server = createServer((request, response) => {
    request.resume();
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://local');
    const answer = { '/FlexWebService/SendRequest': send, '/FlexWebService/GetStatement': get }[pathname];
    if (!answer || request.method !== 'GET') response.writeHead(404).end();
    else response.writeHead(200, { 'content-type': 'text/xml;charset=utf-8' }).end(answer(searchParams));
  });
  const url = (): string => `http://127.0.0.1:${(server.address() as AddressInfo).port}/FlexWebService`;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: url(),
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

function refusal(code: number, text: string): string {
  return envelope('Fail', `<ErrorCode>${code}</ErrorCode>\n<ErrorMessage>${text}</ErrorMessage>`);
}

function envelope(status: string, inner: string): string {
  return `<FlexStatementResponse timestamp='01 January, 2026 12:00 AM EST'>\n<Status>${status}</Status>\n${inner}\n</FlexStatementResponse>`;
}
