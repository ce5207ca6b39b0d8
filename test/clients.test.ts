import { describe, expect, it } from 'vitest';
import { mainClients } from './clients/clients.ts';
import { converse } from './clients/conversation.ts';

/** The simulated gateway beside clients that nobody here wrote, from PyPI; `npm run clients` has more of them. */
describe.concurrent('a client from its registry', () => {
  it.each(mainClients)('$name is told what the world has, and complains of nothing', async ({ install }) => {
    const talk = await install();
    const { told, compared, differences } = await converse(talk);
    expect(told.complaints).toEqual([]);
    expect(differences).toEqual([]);
    expect(compared).toBe(11);
  });
});
