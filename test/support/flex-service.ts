import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** What the service answers instead of the usual: a documented refusal, an HTTP status, or a text as it is. */
export type Answer = { readonly code: number; readonly status?: 'Fail' | 'Warn' } | { readonly http: number } | string;

export interface ServedRequest {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string;
  /** Epoch milliseconds. */
  readonly at: number;
}

/** A Flex Web Service, version 3, for tests: real HTTP, statements and refusals as the test says. */
export class FlexService {
  readonly requests: ServedRequest[] = [];
  /** Valid tokens, and which queries belong to each. */
  readonly tokens = new Map<string, ReadonlyMap<string, string>>();
  /** Answers that come first, for each of the two requests. */
  readonly onSend: Answer[] = [];
  readonly onGet: Answer[] = [];
  /** What SendRequest says the statement's address is; the service's own when undefined. */
  statementUrl: string | undefined;
  readonly #server: Server;
  readonly #references = new Map<string, string>();

  constructor() {
    this.#server = createServer((request, response) => {
      const url = new URL(request.url ?? '/', 'http://local');
      const { pathname: path, searchParams: query } = url;
      this.requests.push({ path, query, userAgent: request.headers['user-agent'] ?? '', at: Date.now() });
      // Nothing lingers after an answer.
      response.setHeader('connection', 'close');
      const answer = path.endsWith('/SendRequest') ? this.#send(query) : this.#get(query);
      const packs = /\bgzip\b/.test(String(request.headers['accept-encoding'])) && path.endsWith('/GetStatement');
      if (typeof answer === 'string') {
        response.writeHead(200, { 'content-type': 'text/xml', ...(packs && { 'content-encoding': 'gzip' }) });
        response.end(packs ? gzipSync(answer) : answer);
      } else if ('http' in answer) response.writeHead(answer.http).end();
      else response.setHeader('content-type', 'text/xml').end(refusal(answer.code, answer.status));
    });
  }

  static async start(): Promise<FlexService> {
    const service = new FlexService();
    await new Promise<void>((resolve) => service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/FlexWebService`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #send(query: URLSearchParams): Answer {
    const scripted = this.onSend.shift();
    if (scripted !== undefined) return scripted;
    if (query.get('v') !== '3') return { code: 1020 };
    const queries = this.tokens.get(query.get('t') ?? '');
    if (!queries) return { code: 1015 };
    const statement = queries.get(query.get('q') ?? '');
    if (statement === undefined) return { code: 1014 };
    const reference = String(7_000_000_000 + this.#references.size);
    this.#references.set(`${query.get('t')} ${reference}`, statement);
    return `<FlexStatementResponse timestamp='20 November, 2026 12:00 PM EST'>
<Status>Success</Status>
<ReferenceCode>${reference}</ReferenceCode>
<Url>${this.statementUrl ?? `${this.url}/GetStatement`}</Url>
</FlexStatementResponse>`;
  }

  #get(query: URLSearchParams): Answer {
    const scripted = this.onGet.shift();
    if (scripted !== undefined) return scripted;
    return this.#references.get(`${query.get('t')} ${query.get('q')}`) ?? { code: 1017 };
  }
}

function refusal(code: number, status = code === 1019 ? 'Warn' : 'Fail'): string {
  return `<FlexStatementResponse timestamp='20 November, 2026 12:00 PM EST'>
<Status>${status}</Status>
<ErrorCode>${code}</ErrorCode>
<ErrorMessage>The documented text of ${code}.</ErrorMessage>
</FlexStatementResponse>`;
}

/** A row as IBKR writes it. */
export function row(tag: string, attributes: Readonly<Record<string, string | number>>): string {
  const text = Object.entries(attributes).map(([name, value]) => `${name}="${escaped(String(value))}"`);
  return `<${tag} ${text.join(' ')} />`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** A statement of one account: section → rows. */
export function statement(
  account: string,
  sections: Readonly<Record<string, string>>,
  period: { readonly from: string; readonly to: string } = { from: '20260101', to: '20261119' },
): string {
  const inner = Object.entries(sections).map(([name, rows]) =>
    rows === '' ? `<${name} />` : `<${name}>\n${rows}\n</${name}>`,
  );
  return `<FlexStatement accountId="${account}" fromDate="${period.from}" toDate="${period.to}" period="LastNCalendarDays" whenGenerated="20261120;031500">
${inner.join('\n')}
</FlexStatement>`;
}

/** A whole answer of GetStatement. */
export function flexDocument(...statements: readonly string[]): string {
  return `<FlexQueryResponse queryName="Activity" type="AF">
<FlexStatements count="${statements.length}">
${statements.join('\n')}
</FlexStatements>
</FlexQueryResponse>`;
}
