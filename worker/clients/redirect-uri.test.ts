import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { redirectTarget } from './redirect-uri.ts';

describe('an address to which a code may be sent', () => {
  test.each([
    ['https://claude.ai/api/mcp/auth_callback', { kind: 'web', host: 'claude.ai' }],
    ['https://vscode.dev/redirect', { kind: 'web', host: 'vscode.dev' }],
    ['https://app.example:8443/cb?x=1', { kind: 'web', host: 'app.example' }],
    ['http://localhost:3334/oauth/callback', { kind: 'loopback', host: 'localhost' }],
    ['http://127.0.0.1/', { kind: 'loopback', host: '127.0.0.1' }],
    ['http://127.8.9.10:1/', { kind: 'loopback', host: '127.8.9.10' }],
    ['http://[::1]:41234/callback', { kind: 'loopback', host: '[::1]' }],
    ['https://localhost/cb', { kind: 'loopback', host: 'localhost' }],
    ['cursor://anysphere.cursor-mcp/oauth/callback', { kind: 'app', scheme: 'cursor' }],
    ['vscode://vscode.github-authentication/did-authenticate', { kind: 'app', scheme: 'vscode' }],
    ['vscode-insiders://callback', { kind: 'app', scheme: 'vscode-insiders' }],
    ['com.example.app:/cb', { kind: 'app', scheme: 'com.example.app' }],
    ['com.raycast:/oauth?package_name=Extension', { kind: 'app', scheme: 'com.raycast' }],
    ['windsurf://codeium.windsurf/callback', { kind: 'app', scheme: 'windsurf' }],
    ['zed://oauth', { kind: 'app', scheme: 'zed' }],
  ])('%s', (uri, target) => {
    expect(redirectTarget(uri)).toEqual(target);
  });
});

/** What a browser, a system or a website would do something with, or what is read in two ways. */
const refused = `
  javascript:alert(1)
  JavaScript://%0aalert(1)
  data:text/html,x
  data:/text/html,x
  vbscript:/x
  file:///etc/passwd
  blob:https://evil.example/x
  about:blank
  about:/blank
  view-source:https://evil.example/
  filesystem:https://evil.example/temporary/x
  chrome://settings
  chrome-extension://abcdef/cb
  moz-extension://abcdef/cb
  edge://flags
  intent://scan/
  ms-msdt:/id
  ms-settings:/x
  search-ms:/query
  web+coffee://x/
  ws://evil.example/
  wss://evil.example/
  ftp://evil.example/
  mailto:/x
  tel:/1
  urn:ietf:wg:oauth:2.0:oob
  com.example.app:cb
  http://evil.example/cb
  http://10.0.0.1/cb
  http://192.168.1.2:3000/cb
  http://localhost.evil.example/cb
  http://127.0.0.1.evil.example/cb
  http://0.0.0.0/cb
  https://user@evil.example/cb
  https://claude.ai@evil.example/cb
  http://localhost:1@evil.example/
  https://app.example/cb#fragment
  https://app.example/cb#
  https:\\\\evil.example/cb
  https:/app.example/cb
  https:///app.example/cb
  cursor://user:pw@host/cb
  /cb
  app.example/cb
  :
`
  .trim()
  .split(/\n\s*/);

describe('an address to which none may be sent', () => {
  test.each([...refused, '', ' https://app.example/cb', 'https://app.example/cb\n', 'java\tscript:/x', 'https://a b/'])(
    '%j',
    (uri) => {
      expect(redirectTarget(uri)).toBeUndefined();
    },
  );

  test('however its scheme is written', () => {
    const schemes = ['javascript', 'data', 'file', 'about', 'blob', 'view-source', 'vbscript', 'ms-search'];
    fc.assert(
      fc.property(
        fc.constantFrom(...schemes),
        fc.bigInt({ min: 0n, max: 4_095n }),
        fc.nat(2),
        (word, mask, slashes) => {
          const written = [...word].map((letter, index) =>
            (mask >> BigInt(index)) & 1n ? letter.toUpperCase() : letter,
          );
          expect(redirectTarget(`${written.join('')}:${'/'.repeat(slashes)}x/alert(1)`)).toBeUndefined();
        },
      ),
    );
  });
});
