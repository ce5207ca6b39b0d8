import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import type { AxeResults } from 'axe-core';
import { type Browser, chromium, type Page } from 'playwright-core';

const run = promisify(execFile);
const executablePath = '/usr/bin/chromium';
const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A headless Chromium, Debian's; installed first where it is missing. */
export async function startChromium(): Promise<Browser> {
  if (!existsSync(executablePath)) await install();
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

async function install(): Promise<void> {
  const apt = ['-y', '--no-install-recommends', 'install', 'chromium'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  try {
    await run('apt-get', apt, { env }).catch(async () => {
      await run('apt-get', ['update'], { env });
      await run('apt-get', apt, { env });
    });
  } catch (error) {
    throw new Error(`The tests of the pages need ${executablePath}. As root on Debian: apt-get install chromium`, {
      cause: error,
    });
  }
}

/** What axe finds wrong with a page, one line each. */
export async function accessibilityFaults(page: Page): Promise<string[]> {
  // Not as a script tag, which the pages' own policy refuses.
  await page.evaluate(readFileSync(axeFile, 'utf8'));
  const { violations } = (await page.evaluate('axe.run()')) as AxeResults;
  return violations.map(({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map((node) => node.html).join(' | ')}`);
}
