import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../scripts/processes.ts';
import { version } from '../shared/version.ts';
import { compileCache } from '../test/support/compile-cache.ts';
import { StubServer } from '../test/support/stub-server.ts';

/** The commands that end by themselves, as a shell would call them. */

let server: StubServer;
let dataDir: string;

beforeEach(async () => {
  server = await new StubServer().start();
  dataDir = await mkdtemp(join(tmpdir(), 'relay-main-'));
});

afterEach(async () => {
  await server.close();
  await rm(dataDir, { recursive: true, force: true });
});

interface Result {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

function relay(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
  const main = join(import.meta.dirname, 'main.ts');
  const settings = {
    RELAY_URL: server.origin,
    RELAY_NAME: 'test relay',
    RELAY_DATA_DIR: dataDir,
    RELAY_HEALTH_PORT: '0',
    ...compileCache,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [main, ...args], { env: { ...settings, ...env } }, (error, stdout, stderr) =>
      resolve({ exitCode: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

describe('relay', () => {
  it('explains itself', async () => {
    expect((await relay(['--version'])).stdout.trim()).toBe(version);
    const help = await relay(['run', '--help']);
    expect(help).toMatchObject({ exitCode: 0, stderr: '' });
    expect(help.stdout).toContain('GATEWAY_CLIENT_ID');
  });

  it('calls an unknown command or option a usage error, 64', async () => {
    expect(await relay(['fly'])).toMatchObject({ exitCode: 64, stderr: expect.stringContaining('fly') });
    expect(await relay(['run', '--fly'])).toMatchObject({ exitCode: 64 });
  });
});

describe('relay pair', () => {
  it('pairs with the code given, and replaces a pairing that exists', async () => {
    for (const code of ['code-1', 'code-2']) {
      server.pairingCode = code;
      expect(await relay(['pair', code])).toMatchObject({
        exitCode: 0,
        stdout: expect.stringMatching(
          /^Paired with http:\S+ as “test relay”\. Start the relay with the run command\.\nThe dashboard must show the same four words: (?:[a-z]+ ){3}[a-z]+\nFingerprint of the key: (?:[0-9a-f]{4} ){7}[0-9a-f]{4}\n$/,
        ),
      });
    }
    expect(server.pairings).toMatchObject([{ code: 'code-1' }, { code: 'code-2' }]);
  });

  it('takes the code from the environment as well', async () => {
    server.pairingCode = 'from-the-environment';
    expect(await relay(['pair'], { RELAY_PAIRING_CODE: 'from-the-environment' })).toMatchObject({ exitCode: 0 });
  });

  it('says in one sentence what is wrong', async () => {
    expect(await relay(['pair', 'nonsense'])).toMatchObject({ exitCode: 77, stdout: '', stderr: 'Wrong code.\n' });
    expect(await relay(['pair'])).toMatchObject({ exitCode: 77, stderr: expect.stringContaining('code is needed') });
    expect(await relay(['pair', 'x'], { RELAY_URL: '' })).toMatchObject({
      exitCode: 78,
      stderr: expect.stringContaining('RELAY_URL'),
    });
    const gone = `http://127.0.0.1:${await freePort()}`;
    const unreachable = await relay(['pair', 'x'], { RELAY_URL: gone });
    expect(unreachable).toMatchObject({ exitCode: 69, stderr: expect.stringContaining('nothing listens there') });
  });

  it('says when the key cannot be kept, before the code is spent', async () => {
    server.pairingCode = 'x';
    const file = join(dataDir, 'a-file');
    await writeFile(file, '');
    expect(await relay(['pair', 'x'], { RELAY_DATA_DIR: join(file, 'folder') })).toMatchObject({
      exitCode: 78,
      stderr: expect.stringContaining(`can be kept in ${file}`),
    });
    expect(server.pairings).toEqual([]);
  });
});

describe('relay doctor', () => {
  it('prints each hop and one next step, and exits with 1', async () => {
    const { exitCode, stdout } = await relay(['doctor'], { GATEWAY_PORT: String(await freePort()) });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^✓ configuration .*\n✓ server .*\n✓ clock .*\n✗ device key /);
    expect(stdout.match(/^Next step: .+$/gm)).toHaveLength(1);
  });

  it('mentions misspelt variables', async () => {
    const { stdout } = await relay(['doctor'], { GATEWAY_PORT: String(await freePort()), GATEWAY_HOTS: 'x' });
    expect(stdout).toContain('Did you mean GATEWAY_HOST?');
  });

  it('prints JSON, wrong settings included', async () => {
    const { exitCode, stdout } = await relay(['doctor', '--json'], { GATEWAY_PORT: 'x', RELAY_LOG_LEVEL: 'loud' });
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      checks: [
        { name: 'configuration', state: 'failed', detail: expect.stringMatching(/GATEWAY_PORT.*RELAY_LOG_LEVEL/) },
      ],
    });
  });
});
