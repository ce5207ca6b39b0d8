import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { terminalReason } from '../shared/tunnel/close-codes.ts';
import { fastest } from '../simulator/world/clock.ts';
import { exitCodes } from './commands/exit.ts';
import { type CommandName, ConfigError, defaultOf, loadConfig, settings, settingsOf } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'relay-config-'));

function file(name: string, content: string): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

function problems(env: Record<string, string>, flags: Record<string, unknown> = {}): readonly string[] {
  try {
    loadConfig('run', { env, flags });
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  throw new Error('the configuration was accepted');
}

function run(env: Record<string, string>, flags: Record<string, unknown> = {}) {
  return loadConfig('run', { env, flags }).config;
}

describe('settings', () => {
  it('have unique variables, and unique flags within each command', () => {
    const variables = Object.values(settings).map(({ env }) => env);
    expect(new Set(variables).size).toBe(variables.length);
    for (const command of ['run', 'pair', 'doctor', 'simulate'] satisfies CommandName[]) {
      const flags = settingsOf(command).map(([, { flag }]) => new Option(flag).attributeName());
      expect(new Set(flags).size).toBe(flags.length);
    }
  });

  it('are safe by default', () => {
    const { config, warnings } = loadConfig('run', { env: {}, flags: {} });
    expect(config).toMatchObject({
      gatewayHost: '127.0.0.1',
      gatewayPort: 4004,
      gatewayClientId: 11,
      trading: 'read-only',
      healthPort: 8081,
      maxRequestsPerSecond: 40,
      marketDataLines: 90,
      exitWithParent: false,
    });
    expect(config.pairingCode).toBeUndefined();
    expect(warnings).toEqual([]);
  });
});

describe('loadConfig', () => {
  it('prefers a flag over the environment, and counts empty variables as absent', () => {
    expect(run({ GATEWAY_PORT: '4003' }, { gatewayPort: '4002' }).gatewayPort).toBe(4002);
    expect(run({ GATEWAY_PORT: '' }).gatewayPort).toBe(4004);
    expect(run({ RELAY_PAIRING_CODE: ' ' }).pairingCode).toBeUndefined();
  });

  it('reads any value from the file that X_FILE names', () => {
    expect(run({ RELAY_PAIRING_CODE_FILE: file('code', 'abc.def\n') }).pairingCode).toBe('abc.def');
    expect(run({ RELAY_ACCOUNTS_FILE: file('accounts', 'du1\nDU2, U3\n') }).accounts).toEqual(['DU1', 'DU2', 'U3']);
  });

  it('says when a file is missing or empty, or both forms are set', () => {
    expect(problems({ RELAY_URL_FILE: '/nowhere/url' })).toEqual([
      'RELAY_URL_FILE: the file /nowhere/url cannot be read (ENOENT).',
    ]);
    expect(problems({ RELAY_NAME_FILE: file('empty', '\n') })[0]).toContain('is empty');
    expect(problems({ RELAY_NAME: 'a', RELAY_NAME_FILE: '/x' })).toEqual([
      'Both RELAY_NAME and RELAY_NAME_FILE are set; keep one of them.',
    ]);
  });

  it('reports every problem at once', () => {
    const found = problems({
      GATEWAY_PORT: 'tcp://10.0.0.1:4004',
      RELAY_URL: 'ftp://example',
      RELAY_LOG_LEVEL: 'loud',
    });
    expect(found).toHaveLength(3);
    expect(found).toContain('GATEWAY_PORT: must be a whole number from 1 to 65535 (it is "tcp://10.0.0.1:4004").');
  });

  it('names the flag when the flag is wrong', () => {
    expect(problems({}, { gatewayPort: '0' })[0]).toMatch(/^--gateway-port: must be/);
  });

  it('never echoes a secret', () => {
    const found = problems({ RELAY_PAIRING_CODE: 'hush'.repeat(60) });
    expect(found[0]).toMatch(/^RELAY_PAIRING_CODE: is too long/);
    expect(found[0]).not.toContain('hush');
  });

  it('takes the origin of any address of the server', () => {
    expect(run({ RELAY_URL: 'https://ibkr.example.workers.dev/mcp?x=1' }).url).toBe('https://ibkr.example.workers.dev');
    expect(run({ RELAY_URL: 'http://localhost:8787' }).url).toBe('http://localhost:8787');
  });

  it.each(['http://ibkr.example.com', 'ftp://x', 'https://', 'https://user:hush@ibkr.example.com'])(
    'refuses the address %s',
    (url) => {
      const [problem] = problems({ RELAY_URL: url });
      expect(problem).toMatch(/^RELAY_URL: .*[^.]\.$/);
      expect(problem).not.toContain('hush');
    },
  );

  it('refuses client 0 and says why', () => {
    expect(problems({ GATEWAY_CLIENT_ID: '0' })[0]).toContain('orders placed by hand');
  });

  it.each(['yes', 'on', 'PAPER'])('knows two modes of trading: %s is none', (mode) => {
    expect(problems({ RELAY_TRADING: mode })).toEqual([`RELAY_TRADING: must be read-only or paper (it is "${mode}").`]);
  });

  it('refuses live, and says why', () => {
    expect(problems({ RELAY_TRADING: 'live' })).toEqual([
      'RELAY_TRADING: cannot be live yet: this version cannot demand a person’s approval. Use paper, or read-only (it is "live").',
    ]);
  });

  it('reads what limits orders at home, from a file too, and where the gateway restarts', () => {
    const policy = file('policy.yaml', 'maxDayOrders: 5\napproval: ticket\n');
    const env = { RELAY_TRADING: 'paper', RELAY_POLICY_FILE: policy, GATEWAY_RESTART_AT: '23:45 America/New_York' };
    expect(run(env)).toMatchObject({
      trading: 'paper',
      approval: 'none',
      policy: { maxDayOrders: 5, approval: 'ticket' },
      gatewayRestartAt: { hour: 23, minute: 45, zone: 'America/New_York' },
    });
    expect(problems({ GATEWAY_RESTART_AT: '23:45 Mars/Olympus' })[0]).toContain('knows no time zone Mars/Olympus');
    expect(problems({ GATEWAY_RESTART_AT: '11:45 PM' })[0]).toContain('use a name such as America/New_York');
    expect(problems({ RELAY_POLICY: 'maxDayOrder: 5' })[0]).toContain('Did you mean “maxDayOrders”?');
  });

  it('warns of unknown variables with the nearest known name', () => {
    const { warnings } = loadConfig('run', {
      env: { RELAY_PARING_CODE: 'x', GATEWAY_PROT: '1', HOME: '/' },
      flags: {},
    });
    expect(warnings).toEqual([
      'RELAY_PARING_CODE is not a setting of the relay and has no effect. Did you mean RELAY_PAIRING_CODE?',
      'GATEWAY_PROT is not a setting of the relay and has no effect. Did you mean GATEWAY_PORT?',
    ]);
  });

  it('lets the simulated clock run as fast as it can, and no faster', () => {
    const speed = (factor: number) =>
      loadConfig('simulate', { env: {}, flags: { speed: String(factor) } }).config.simulatorSpeed;
    expect(speed(fastest)).toBe(fastest);
    expect(() => speed(fastest + 1)).toThrow(ConfigError);
  });

  it('validates only what the command uses', () => {
    expect(loadConfig('simulate', { env: { GATEWAY_PORT: 'x' }, flags: { port: '0' } }).config.simulatorPort).toBe(0);
  });
});

describe('docs/relay.md', () => {
  const document = readFileSync(join(import.meta.dirname, '../docs/relay.md'), 'utf8');

  it('has the table of the settings as they are', () => {
    const all = new Map([
      ...settingsOf('run'),
      ...settingsOf('pair'),
      ...settingsOf('doctor'),
      ...settingsOf('simulate'),
    ]);
    expect([...all.keys()]).toEqual(Object.keys(settings));
    const rows = [...all.values()].map((setting) => {
      const only = setting.commands.length === 1 ? ` (\`${setting.commands[0]}\`)` : '';
      return `| \`${setting.env}\` | \`${setting.flag}\`${only} | ${defaultOf(setting) ?? '–'} | ${setting.description} |`;
    });
    expect(document).toContain(`|---|---|---|---|\n${rows.join('\n')}\n\n`);
  });

  it('explains every exit code', () => {
    const terminal = [4001, 4401, 4426].map((code) => terminalReason(code)?.exitCode);
    const listed = [...document.matchAll(/^\| (\d+) \|/gm)].map(([, code]) => Number(code));
    expect(listed).toEqual(
      [...new Set([...Object.values(exitCodes), ...terminal])].sort((a, b) => Number(a) - Number(b)),
    );
  });
});
