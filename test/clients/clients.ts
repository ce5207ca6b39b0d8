import { join } from 'node:path';
import type { Told } from './conversation.ts';
import { findPython, pythonPackages, run } from './packages.ts';

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

/** Those that take longer to fetch, or need more than Python 3.11. */
export const moreClients: readonly ClientProgram[] = [];
