import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { startSimulator } from '../../../simulator/index.ts';
import { createGateway } from '../index.ts';

// Alone in its file: the library reads its configuration at most once in a process.
it('a stray .env in the current folder is not loaded', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'stray-'));
  await writeFile(join(folder, '.env'), 'STRAY_SETTING=loaded\n');
  const cwd = vi.spyOn(process, 'cwd').mockReturnValue(folder);
  const sim = await startSimulator();
  const gateway = createGateway({ host: '127.0.0.1', port: sim.port, clientId: 7 }, pino({ level: 'silent' }));
  try {
    gateway.start();
    await vi.waitFor(() => expect(gateway.status().gateway.state).toBe('ready'), { timeout: 5_000 });
    await gateway.contracts.resolve('AAPL');
    expect(process.env.STRAY_SETTING).toBeUndefined();
  } finally {
    gateway.stop();
    await sim.close();
    cwd.mockRestore();
    delete process.env.STRAY_SETTING;
    await rm(folder, { recursive: true });
  }
});
