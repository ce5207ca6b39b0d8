import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { getContractDetails } from '../../shared/tools/get_contract_details.ts';
import { searchContracts } from '../../shared/tools/search_contracts.ts';
import { TestRelay } from '../../test/support/relay.ts';
import { Spacing } from '../async/spacing.ts';

let relay: TestRelay;

beforeAll(async () => {
  relay = await TestRelay.start();
  // Searches are a second apart by IB's rule, which has tests of its own.
  vi.spyOn(Spacing.prototype, 'turn').mockResolvedValue();
});
afterAll(() => relay.stop());
afterEach(() => vi.clearAllMocks());

const search = (query: string, more: object = {}) => relay.read(searchContracts, { query, ...more });

describe('search_contracts', () => {
  it.each([
    ['EURUSD', 'EUR.USD'],
    ['GBP.EUR', 'EUR.GBP'],
    ['00700', '700.HKD'],
    ['0700.HK', '700.HKD'],
    ['ES', 'ES:CONTFUT'],
    ['FDAX', 'DAX.EUR:CONTFUT'],
    ['SPX', 'SPX:IND'],
    ['BTC', 'BTC.USD:CRYPTO'],
    ['AAPL@LSE', 'AAPL'],
  ])('%s: finds %s', async (query, contract) => {
    expect((await search(query)).matches.map((m) => m.contract)).toContain(contract);
  });

  it('what is written exactly comes first', async () => {
    expect((await search('AAPL')).matches[0].contract).toBe('AAPL');
    expect((await search('SAP')).matches[0].symbol).toBe('SAP');
  });

  it('names issuers of bonds without a conId, so that their bonds are found', async () => {
    for (const query of ['treasury', 'Verizon']) {
      const { matches, nextStep } = await search(query, { sec_type: 'BOND' });
      expect(matches).toHaveLength(1);
      const [{ contract, ...issuer }] = matches;
      expect(issuer).not.toHaveProperty('conId');
      expect(nextStep).toContain(`get_contract_details of it`);
      const bonds = await relay.read(getContractDetails, { contracts: [contract] });
      expect(bonds.contracts.length).toBeGreaterThan(0);
      for (const bond of bonds.contracts) expect(bond.maturity).toMatch(/^20\d\d-/);
    }
  });

  it('says how to go on when nothing matches', async () => {
    const result = await search('zzzzqqqq');
    expect(result.matches).toEqual([]);
    expect(result.nextStep).toContain('company name');
    expect(searchContracts.render(result)).toContain('Nothing matches.\nTry');
  });
});
