import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Env } from '../worker/env.ts';
import { isLocalDemo } from '../worker/sign-in/sign-in.ts';
import { Browser } from './support/browser.ts';
import { startWorker, type TestWorker } from './support/worker.ts';

const setupCode = 'correct-horse-battery-staple';
let worker: TestWorker;

beforeAll(async () => {
  worker = await startWorker({ vars: { SETUP_CODE: setupCode } });
});
afterAll(() => worker.close());

describe('a deployment with a setup code', () => {
  test('offers no demo user', async () => {
    const page = await new Browser().open(worker.origin);
    expect(page.url.pathname).toBe('/sign-in');
    expect(page.text).not.toContain('demo');
    await expect(page.submit('Continue as the demo user')).rejects.toThrow('no button');
  });

  test('lets the owner in, and out again', async () => {
    const page = await (await new Browser().open(worker.origin)).submit('Sign in', { fill: { secret: setupCode } });
    expect(page.url.pathname).toBe('/');
    expect(page.text).toContain('Connector URL');
    const out = await page.submit('Sign out');
    expect(out.url.pathname).toBe('/sign-in');
    expect((await page.browser.open(worker.origin)).url.pathname).toBe('/sign-in');
  });

  test('the owner is the same user every time', async () => {
    const user = async () => {
      const page = await (await new Browser().open(worker.origin)).submit('Sign in', { fill: { secret: setupCode } });
      return [...page.browser.cookies.values()][0]?.split('.')[0];
    };
    expect(await user()).toBe(await user());
  });

  test('returns to where the person was going, and never to another site', async () => {
    for (const target of [
      '//evil.example/x',
      '/\t/evil.example',
      '/\\evil.example',
      'https://evil.example',
      'javascript:x',
    ]) {
      const page = await new Browser().open(new URL(`/sign-in?return_to=${encodeURIComponent(target)}`, worker.origin));
      const arrived = await page.submit('Sign in', { fill: { secret: setupCode } });
      expect(arrived.url.href, target).toBe(`${worker.origin.origin}/`);
    }
    const page = await new Browser().open(new URL('/sign-in?return_to=%2Frelays%3Fx%3D1', worker.origin));
    expect((await page.submit('Sign in', { fill: { secret: setupCode } })).url.pathname).toBe('/relays');
  });

  test('a session cookie of another user’s making opens nothing', async () => {
    const response = await fetch(worker.origin, {
      headers: { Cookie: `session=${'a'.repeat(22)}.${'b'.repeat(43)}` },
      redirect: 'manual',
    });
    expect(response.status).toBe(302);
  });

  test('refuses wrong codes, and after ten of them everything for a while', async () => {
    const page = await new Browser().open(worker.origin);
    for (let attempt = 0; attempt < 10; attempt++) {
      expect((await page.submit('Sign in', { fill: { secret: `wrong-${attempt}` } })).response.status).toBe(403);
    }
    const refused = await page.submit('Sign in', { fill: { secret: setupCode } });
    expect(refused.response.status).toBe(429);
    expect(refused.text).toContain('Too many wrong codes');
  });
});

test('a deployment without a setup code lets nobody in, and says why', async () => {
  const bare = await startWorker({ vars: {} });
  try {
    const page = await (await new Browser().open(bare.origin)).submit('Sign in', { fill: { secret: '' } });
    expect(page.response.status).toBe(503);
    expect(page.text).toContain('wrangler secret put SETUP_CODE');
  } finally {
    await bare.close();
  }
});

test('the demo user is offered only with the local variable and on a loopback host', () => {
  const local = { LOCAL_MODE: '1' } as Env;
  for (const host of ['localhost', '127.0.0.1', '127.1.2.3', '[::1]']) expect(isLocalDemo(local, host)).toBe(true);
  for (const host of ['ibkr.example.com', 'localhost.evil.example', '127.0.0.1.evil.example', '10.0.0.1', '']) {
    expect(isLocalDemo(local, host)).toBe(false);
  }
  expect(isLocalDemo({} as Env, 'localhost')).toBe(false);
});

describe('the address of a deployment', () => {
  test('is https anywhere but on a loopback host', async () => {
    const response = await worker.fetch('http://ibkr.example.com/sign-in?x=1', { redirect: 'manual' });
    expect(response.status).toBe(308);
    expect(response.headers.get('Location')).toMatch(/^https:\/\/ibkr\.example\.com\/sign-in\?x=1$/);
    expect((await worker.fetch('http://ibkr.example.com/mcp', { method: 'POST' })).status).toBe(403);
  });

  test('can be pinned: then no other is served', async () => {
    const pinned = await startWorker({ vars: { PUBLIC_ORIGIN: 'http://127.0.0.1:1' } });
    try {
      expect((await fetch(pinned.origin)).status).toBe(421);
    } finally {
      await pinned.close();
    }
  });
});
