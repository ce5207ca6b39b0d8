import { type ChildProcess, execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { eventually, startRelayProcess, stopProcess } from '../../scripts/processes.ts';
import { type Simulator, startSimulator } from '../../simulator/index.ts';
import { TestApprover } from '../../test/support/approvers.ts';
import { compileCache } from '../../test/support/compile-cache.ts';
import { StubServer } from '../../test/support/stub-server.ts';
import { emptyBook } from '../approvers/book.ts';
import { bookFileIn } from '../approvers/book-file.ts';

/** Commands at home as real processes beside a real relay, whose server never says a word about orders. */

const main = resolve(import.meta.dirname, '../main.ts');
const code = 'AbCdEfGhIjKlMnOpQrStUv.0123456789abcdefghij';

let server: StubServer;
let simulator: Simulator;
let root: string;
let data: string;
let output: string[];
const children: ChildProcess[] = [];

beforeEach(async () => {
  server = await new StubServer().start();
  server.pairingCode = code;
  simulator = await startSimulator();
  root = await mkdtemp(join(tmpdir(), 'control-'));
  data = join(root, 'data');
  output = [];
});

afterEach(async () => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
  await simulator.close();
  await server.close();
  await rm(root, { recursive: true, force: true });
});

function env(changes: Record<string, string> = {}): Record<string, string> {
  return {
    RELAY_URL: server.origin,
    RELAY_PAIRING_CODE: code,
    RELAY_DATA_DIR: data,
    RELAY_HEALTH_PORT: '0',
    RELAY_TRADING: 'paper',
    GATEWAY_PORT: String(simulator.port),
    PATH: process.env.PATH ?? '',
    ...compileCache,
    ...changes,
  };
}

const listening = () => eventually('a socket for commands', async () => existsSync(join(data, 'control.sock')));

async function launch(changes: Record<string, string> = {}): Promise<ChildProcess> {
  const child = startRelayProcess({ args: ['run'], env: env(changes), log: (line) => output.push(line) });
  children.push(child);
  await listening();
  return child;
}

interface Ended {
  readonly exitCode: number;
  readonly said: string;
}

/** One command as its own process. */
function command(...args: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    execFile(process.execPath, [main, ...args], { env: env() }, (error, stdout, stderr) =>
      done({ exitCode: Number(error?.code ?? 0), said: `${stdout}${stderr}` }),
    );
  });
}

describe('commands at home', () => {
  it('speak to the running relay, over a socket of its owner alone', async () => {
    await launch();
    expect((await stat(join(data, 'control.sock'))).mode & 0o777).toBe(0o600);
    expect(await command('resume-trading')).toEqual({ exitCode: 0, said: 'Trading is not stopped.\n' });
    expect(await command('stop-trading', '--reason', 'a test')).toMatchObject({ exitCode: 0 });
    const examined = (await command('doctor')).said;
    expect(examined).toMatch(/✓ order journal .*The relay that runs has it/);
    expect(examined).toMatch(/✗ stops .*home, since .*a test/);
    const shown = await command('resume-trading');
    expect(shown).toMatchObject({ exitCode: 1, said: expect.stringMatching(/^Stopped \(home\).*a test\n.*--yes/s) });
    expect(await command('resume-trading', '--yes')).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining('goes on'),
    });
    expect(await command('orders')).toEqual({ exitCode: 0, said: 'No ticket is open.\n' });
    expect((await command('resolve', 'abc', '--placed')).said).toContain('no such ticket');
    expect(await command('resolve', 'abc')).toMatchObject({ exitCode: 64 });
    expect((await command('trust')).said).toContain('nothing that the journal does not believe');
    expect(await command('audit', '--verify')).toMatchObject({
      exitCode: 0,
      said: expect.stringMatching(/hold together/),
    });
    const lines = (await command('audit', '--export')).said.trim().split('\n');
    const commands = lines.map((line) => JSON.parse(line).entry).filter(({ kind }) => kind === 'command');
    expect(commands.map((entry) => entry.command.name)).toEqual(['stop-trading', 'resume-trading', 'resolve']);
  });

  it('explain themselves', async () => {
    const names = ['stop-trading', 'resume-trading', 'trust', 'orders', 'resolve', 'audit'];
    const said = await Promise.all(names.map((name) => command(name, '--help')));
    for (const [index, { exitCode, said: text }] of said.entries()) {
      expect(exitCode).toBe(0);
      expect(text).toMatch(new RegExp(`^Usage: relay ${names[index]} .*--data-dir`, 's'));
    }
    expect(said[4]?.said).toMatch(/--placed .*--not-placed /s);
    expect(said[5]?.said).toMatch(/--verify \[file\].*--export/s);
  });

  it('write to the journal themselves while no relay runs, and the relay heeds it', async () => {
    expect(await command('stop-trading')).toMatchObject({ exitCode: 69, said: expect.stringContaining('ever traded') });
    const relay = await launch();
    await stopProcess(relay);
    expect(await command('stop-trading', '--reason', 'before it starts')).toMatchObject({ exitCode: 0 });
    const again = await launch();
    expect((await command('resume-trading')).said).toContain('before it starts');
    again.kill('SIGKILL');
    await eventually('it to be gone', async () => again.signalCode === 'SIGKILL');
    // What a killed relay leaves behind is in nobody's way.
    expect(await command('resume-trading', '--yes')).toMatchObject({ exitCode: 0 });
    await launch();
    expect((await command('resume-trading')).said).toBe('Trading is not stopped.\n');
  });

  it('are told why a relay with a damaged journal does not trade, although it reads', async () => {
    await stopProcess(await launch());
    await rm(join(data, 'control.sock'), { force: true });
    await writeFile(join(data, 'orders.sqlite'), 'x'.repeat(5_000));
    await launch();
    expect(await command('stop-trading')).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining('cannot use its journal of orders'),
    });
    expect(output.join('\n')).toContain('The journal of orders is damaged');
    expect((await stat(join(data, 'orders.sqlite'))).size).toBe(5_000);
  });

  it('check an exported audit, and compare the server’s with the relay’s own', async () => {
    await launch();
    await command('stop-trading', '--reason', 'for the record');
    const exported = (await command('audit', '--export')).said;
    const file = join(root, 'relay.jsonl');
    await writeFile(file, exported);
    const verify = () => command('audit', '--verify', file);
    expect(await verify()).toMatchObject({
      exitCode: 0,
      said: expect.stringMatching(/^The relay’s audit holds together/),
    });
    await writeFile(file, exported.replace('for the record', 'for no reason'));
    expect(await verify()).toMatchObject({
      exitCode: 1,
      said: expect.stringMatching(/does not hold together: entry \d+/),
    });

    const { device } = JSON.parse(await readFile(join(data, 'device-key.json'), 'utf8')) as { device: string };
    const last = JSON.parse(exported.trim().split('\n').at(-1) ?? '') as { number: number; hash: string };
    const homes = (relayAudit: object) => {
      const line = JSON.stringify({
        seq: 1,
        previous: '0'.repeat(64),
        device,
        relayAudit,
        at: new Date().toISOString(),
      });
      return writeFile(file, `${JSON.stringify({ line, hash: createHash('sha256').update(line).digest('hex') })}\n`);
    };
    await homes({ length: last.number, hash: last.hash });
    expect(await verify()).toMatchObject({
      exitCode: 0,
      said: expect.stringMatching(/^The server’s audit.*agrees.*1 heads/s),
    });
    await homes({ length: last.number, hash: 'a'.repeat(64) });
    expect(await verify()).toMatchObject({
      exitCode: 1,
      said: expect.stringContaining('is not the one that the server was told of'),
    });
    expect(await command('audit', '--verify', join(root, 'nowhere'))).toMatchObject({ exitCode: 64 });
  });

  it('have nothing to stop at a relay that only reads, which keeps no journal', async () => {
    await launch({ RELAY_TRADING: 'read-only' });
    expect(await command('stop-trading')).toMatchObject({ exitCode: 1, said: expect.stringContaining('only reads') });
    expect(existsSync(join(data, 'orders.sqlite'))).toBe(false);
  });

  it('are heeded beside a kill file, which only its removal lifts', async () => {
    await launch();
    await writeFile(join(data, 'STOP'), '');
    await eventually('the kill file to be seen', async () =>
      (await command('resume-trading')).said.includes('kill_file'),
    );
    expect(await command('resume-trading', '--yes')).toMatchObject({ exitCode: 1 });
    await rm(join(data, 'STOP'));
    await eventually('it to be lifted', async () => (await command('resume-trading')).said.includes('is not stopped'));
  });

  it('pin and unpin keys that approve, at a relay that only reads too, and while none runs', async () => {
    const keys = await Promise.all([TestApprover.make('First'), TestApprover.make('Second')]);
    const [first, second] = keys.map(({ fingerprint }) => fingerprint);
    expect(await command('approvers', 'list')).toMatchObject({ exitCode: 69 });
    bookFileIn(data).save({ ...emptyBook, home: 'home', list: 'list', offered: keys.map(({ key }) => key) });
    const relay = await launch({ RELAY_TRADING: 'read-only' });
    expect((await command('approvers', 'list')).said).toMatch(`No key is pinned: none approves orders here.\nOffered`);
    expect(await command('approvers', 'add', `${first}`)).toMatchObject({
      exitCode: 0,
      said: expect.stringContaining(`Pinned: ${first} (First)`),
    });
    expect(await command('approvers', 'add', '0000')).toMatchObject({ exitCode: 1 });
    expect(await command('approvers', 'add')).toMatchObject({ exitCode: 64 });
    await stopProcess(relay);
    expect(await command('approvers', 'add', `${second}`)).toMatchObject({ exitCode: 0 });
    expect(await command('approvers', 'remove', `${first}`)).toMatchObject({ exitCode: 0 });
    expect((await command('approvers', 'list')).said).toMatch(`Pinned:\n${second} · Second`);
    await launch();
    expect((await command('approvers', 'list')).said).toMatch(`Pinned:\n${second} · Second`);
    const lines = (await command('audit', '--export')).said.trim().split('\n');
    const entries = lines.map((line) => JSON.parse(line).entry).filter(({ kind }) => kind === 'approver');
    expect(entries.map(({ what, fingerprint }) => [what, fingerprint])).toEqual([
      ['pinned', first],
      ['pinned', second],
      ['unpinned', first],
    ]);
    expect((await command('approvers', '--help')).said).toMatch(/list .*add .*remove /s);
  });
});
