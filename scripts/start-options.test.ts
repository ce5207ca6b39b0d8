import { describe, expect, it } from 'vitest';
import { readStartOptions, UsageError } from './start-options.ts';

const read = (args: readonly string[], env: Record<string, string> = {}) => readStartOptions(args, env, '/tmp/state');

/** The one sentence with which a command line is refused. */
function refusal(args: readonly string[], env: Record<string, string> = {}): string {
  try {
    read(args, env);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    return (error as Error).message;
  }
  throw new Error('it was accepted');
}

describe('the command line of npm start', () => {
  it.each([
    [[], {}, { port: 8787, state: '/tmp/state', verbose: false }],
    [[], { PORT: '9000' }, { port: 9000 }],
    [[], { PORT: ' ' }, { port: 8787 }],
    [['--port', '9001', '-v'], { PORT: 'abc' }, { port: 9001, verbose: true }],
    [['--at', '2026-11-20T10:00:00-05:00'], {}, { at: '2026-11-20T15:00:00.000Z' }],
    [['--trading'], {}, { trading: true }],
    [[], {}, { trading: false }],
    [['--state', '/tmp/other'], { npm_config_loglevel: 'verbose' }, { state: '/tmp/other' }],
  ])('%j with %j', (args, env, expected) => {
    expect(read(args, env)).toMatchObject(expected);
  });

  it.each([
    [[], { PORT: 'abc' }, /^PORT is "abc": a port is a number from 1 to 65535\.$/],
    [[], { PORT: '0x50' }, /a port is a number/],
    [['--port', '70000'], {}, /'70000' is invalid\. a port is a number from 1 to 65535/],
    [['--port'], {}, /argument missing/],
    [['--at', '2026-11-20'], {}, /has a date, a time and a zone, such as 2026-11-20T15:00:00Z/],
    [['--at', 'tomorrow'], {}, /has a date, a time and a zone/],
    [['--prot', '9000'], {}, /unknown option '--prot'.*Did you mean --port/],
    [['9000'], { npm_config_port: 'true' }, /: npm start -- --port 9000$/],
    [[], { npm_config_trading: 'true' }, /: npm start -- --trading$/],
    [['9000'], { npm_config_port: 'true', npm_config_trading: 'true' }, /: npm start -- --port 9000 --trading$/],
    [[], { npm_config_port: '9000' }, /: npm start -- --port 9000$/],
    [['9000'], { npm_config_parseable: 'true' }, /: npm start -- --port 9000$/],
    [
      ['./x', '9000'],
      { npm_config_port: 'true', npm_config_state: 'true' },
      /: npm start -- --port 9000 --state \.\/x$/,
    ],
    [['2026-11-20T15:00:00Z'], { npm_config_at: 'true' }, /: npm start -- --at 2026-11-20T15:00:00Z$/],
    [[], { npm_config_port: 'true' }, /: npm start -- --port <port>$/],
  ])('%j with %j is one sentence', (args, env, expected) => {
    const sentence = refusal(args, env as Record<string, string>);
    expect(sentence).toMatch(expected);
    expect(sentence).not.toContain('\n');
  });
});
