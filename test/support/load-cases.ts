import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { type ToolName, tools } from '../../shared/tools/index.ts';
import type { HomeToolCases, ToolCases } from './tool-cases.ts';

/** Where tools are carried out, and have their cases beside them. */
export const toolRooms = { relay: 'relay/tools', home: 'worker/home/tools' } as const;

/** The cases of every tool that is carried out in a room; `test/tool-files.test.ts` says which are missing. */
async function load<Cases>(room: string): Promise<ReadonlyMap<ToolName, Cases>> {
  const found = new Map<ToolName, Cases>();
  for (const { name } of tools) {
    const file = resolve(join(room, `${name}.cases.ts`));
    if (existsSync(file)) found.set(name, ((await import(file)) as { cases: Cases }).cases);
  }
  return found;
}

export const relayCases = await load<ToolCases>(toolRooms.relay);
export const homeCases = await load<HomeToolCases>(toolRooms.home);
