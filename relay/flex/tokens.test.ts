import { describe, expect, it } from 'vitest';
import { loadConfig } from '../config.ts';
import { flexServiceUrl, flexTokens, flexUrl } from './tokens.ts';

const secret = '123456789012345678901234';

function problem(text: string): string {
  const parsed = flexTokens.safeParse(text);
  expect(parsed.success).toBe(false);
  const message = parsed.error?.issues[0]?.message ?? '';
  expect(message).not.toContain(secret);
  return message;
}

describe('the setting of Flex tokens', () => {
  it('has a line for each token, with its queries', () => {
    const text = `# our logins\n\nmain ${secret} 900001=activity 900002\n  wife\t${secret}9 ; old ${secret}8 1=Überblick_2025`;
    expect(flexTokens.parse(text)).toEqual([
      { name: 'main', token: secret, queries: [{ id: '900001', label: 'activity' }, { id: '900002' }] },
      { name: 'wife', token: `${secret}9`, queries: [] },
      { name: 'old', token: `${secret}8`, queries: [{ id: '1', label: 'Überblick_2025' }] },
    ]);
    expect(flexTokens.parse('# none')).toEqual([]);
  });

  it('says which line is wrong, without the secret', () => {
    expect(problem(secret)).toContain('line 1: a name and a token are needed');
    expect(problem(`main ${secret}\nmain ${secret}`)).toContain('line 2: the name main is used twice');
    expect(problem(`main ${secret} x`)).toContain('not a number');
    expect(problem(`ma:in ${secret}`)).toContain('the name');
    expect(problem(`main ${secret}!`)).toContain('the token of main');
  });

  it('never appears in complaints about the configuration', () => {
    const load = () => loadConfig('run', { flags: {}, env: { RELAY_FLEX_TOKENS: `main ${secret} x` } });
    expect(load).toThrow(/RELAY_FLEX_TOKENS: line 1/);
    expect(load).not.toThrow(new RegExp(secret));
  });
});

describe('the address of the Flex service', () => {
  it('is IBKR’s by default, and otherwise https or on this machine', () => {
    expect(loadConfig('run', { flags: {}, env: {} }).config.flexUrl).toBe(flexServiceUrl);
    expect(flexUrl.parse('http://127.0.0.1:9000/flex/')).toBe('http://127.0.0.1:9000/flex');
    for (const text of ['http://example.com', 'https://a:b@example.com', 'https://example.com/?t=1', 'ftp://x', 'x']) {
      expect(flexUrl.safeParse(text).success, text).toBe(false);
    }
  });
});
