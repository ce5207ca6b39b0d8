/**
 * Client programs that nobody here wrote, each from its registry, in a conversation with a simulated gateway of its own:
 * what they were told beside what the world has. Fails on any difference and on any complaint of a decoder.
 */

import { type ClientProgram, mainClients, moreClients } from '../test/clients/clients.ts';
import { converse } from '../test/clients/conversation.ts';

const row = (...cells: readonly string[]): void =>
  console.log(cells.map((cell, index) => cell.padEnd([26, 36, 8, 7][index] ?? 0)).join(' '));

async function report({ name, install }: ClientProgram): Promise<boolean> {
  try {
    const talk = await install();
    const { told, compared, differences } = await converse(talk);
    const problems = [...differences, ...told.complaints];
    row(name, told.version, String(told.serverVersion ?? ''), String(compared), problems[0] ?? 'as it is');
    for (const problem of problems.slice(1)) row('', '', '', '', problem);
    return problems.length === 0;
  } catch (error) {
    row(name, '', '', '', error instanceof Error ? error.message : String(error));
    return false;
  }
}

row('program', 'says', 'server', 'facts', 'told');
const outcomes: boolean[] = [];
for (const program of [...mainClients, ...moreClients]) outcomes.push(await report(program));
process.exitCode = outcomes.every(Boolean) ? 0 : 1;
