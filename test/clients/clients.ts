import { join } from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import type { Told } from './conversation.ts';
import { findPython, pythonPackages, root, run } from './packages.ts';

/** Client programs that nobody here wrote, each from its registry, in exact versions. */

export interface ClientProgram {
  readonly name: string;
  /** Fetches what it needs, unless that has been done. @throws Error that says what is missing on this machine */
  install(): Promise<(port: number) => Promise<Told>>;
}

const talkMs = 60_000;

function pythonClient(name: string, script: string, packages: readonly string[], minor: number): ClientProgram {
  return {
    name,
    async install() {
      const python = await findPython(minor);
      const folder = await pythonPackages(python, packages);
      const env = { PYTHONPATH: folder, PYTHONNOUSERSITE: '1' };
      return async (port) => {
        const out = await run(python, [join(import.meta.dirname, script), String(port)], { env, timeoutMs: talkMs });
        return JSON.parse(out.trim().split('\n').at(-1) ?? '') as Told;
      };
    },
  };
}

const protobuf = 'protobuf==7.36.2';

/** Those that every run of the tests talks to. */
export const mainClients: readonly ClientProgram[] = [
  pythonClient(
    'ib_async 2.1.0',
    'ib_async_client.py',
    ['ib_async==2.1.0', 'aeventkit==2.1.0', 'nest_asyncio==1.6.0', 'numpy==2.4.6', 'tzdata==2025.3'],
    11,
  ),
  pythonClient('ibapi-latest 10.51.1', 'ibapi_client.py', ['ibapi-latest==10.51.1', protobuf], 11),
  pythonClient('ibapi-stable 10.50.2', 'ibapi_client.py', ['ibapi-stable==10.50.2', protobuf], 11),
];

const newerPython = 12;
const buildMs = 600_000;

/** A server of MCP tools on the gateway; `read` makes facts of what its tool says. */
function mcpServer(
  name: string,
  packages: readonly string[],
  module: string,
  read: (text: string) => Record<string, unknown>,
): ClientProgram {
  return {
    name,
    async install() {
      const python = await findPython(newerPython);
      const folder = await pythonPackages(python, packages, { whatTheyNeed: true });
      return async (port) => {
        const gateway = { IB_HOST: '127.0.0.1', IB_PORT: String(port), IB_CLIENT_ID: '21' };
        const env = { PATH: process.env.PATH ?? '', PYTHONPATH: folder, PYTHONNOUSERSITE: '1', ...gateway };
        const client = new Client({ name: 'clients', version: '1.0.0' });
        await client.connect(
          new StdioClientTransport({ command: python, args: ['-m', module], env, stderr: 'ignore' }),
        );
        try {
          const { content, isError } = await client.callTool({ name: 'get_positions', arguments: {} });
          const [first] = content as { readonly text?: string }[];
          const text = first?.text ?? '';
          return { version: name, complaints: isError ? [text] : [], ...read(text) };
        } finally {
          await client.close();
        }
      };
    },
  };
}

interface NamedPosition {
  readonly contract: { readonly con_id: number };
  readonly position: number;
  readonly avg_cost: number;
}

function readJson(text: string): Record<string, unknown> {
  const { account, positions } = JSON.parse(text) as { account: string; positions: readonly NamedPosition[] };
  const rows = positions.map(({ contract, position, avg_cost: cost }) => [String(contract.con_id), [position, cost]]);
  return { accounts: [account], positions: Object.fromEntries(rows) };
}

/** Rows of a table in Markdown: the position is the fourth cell, the conId the last one. */
function readTable(text: string): Record<string, unknown> {
  const rows = text.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
  const held = rows.filter((cells) => /^\d+$/.test(cells.at(-2) ?? ''));
  return { quantities: Object.fromEntries(held.map((cells) => [cells.at(-2), Number(cells[4])])) };
}

const rustCrate: ClientProgram = {
  name: 'ibapi 2.12.0 (Rust)',
  async install() {
    const target = join(root, 'rust');
    const manifest = join(import.meta.dirname, 'rust', 'Cargo.toml');
    const cargo = process.env.CARGO ?? 'cargo';
    await run(cargo, ['build', '--quiet', '--manifest-path', manifest, '--target-dir', target], { timeoutMs: buildMs });
    return async (port) =>
      JSON.parse(await run(join(target, 'debug', 'client'), [String(port)], { timeoutMs: talkMs })) as Told;
  },
};

/** Those that take longer to fetch, or need Python 3.12 or Rust. */
export const moreClients: readonly ClientProgram[] = [
  mcpServer('ib-gateway-mcp 0.2.2', ['ib-gateway-mcp==0.2.2'], 'ib_gateway_mcp', readJson),
  mcpServer('ib-mcp 0.3.1', ['ib-mcp==0.3.1'], 'ib_mcp.server', readTable),
  rustCrate,
];
