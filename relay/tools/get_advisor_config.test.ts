import * as fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { getAdvisorConfig } from '../../shared/tools/get_advisor_config.ts';
import { TestRelay } from '../../test/support/relay.ts';
import { parseAliases, parseGroups } from '../documents/advisor-xml.ts';

const master = 'DF1234567';
const clients = ['DU1111111', 'DU2222222'] as const;

describe('get_advisor_config', () => {
  let relay: TestRelay;
  afterEach(() => relay.stop());

  function configure(): void {
    relay.sim.world.book.advisor?.replaceGroups(
      `<ListOfGroups>
        <Group><name>Two &amp; Co</name><ListOfAccts varName="list">
          <Account><acct>${clients[0]}</acct><amount>60.0</amount></Account>
          <Account><acct>${clients[1]}</acct><amount>40.0</amount></Account>
        </ListOfAccts><defaultMethod>Percent</defaultMethod></Group>
        <Group><name>Second</name><ListOfAccts varName="list"><String>${clients[1]}</String></ListOfAccts><defaultMethod>NetLiq</defaultMethod></Group>
      </ListOfGroups>`,
    );
    relay.sim.world.book.advisor?.replaceAliases(
      `<ListOfAccountAliases><AccountAlias><account>${clients[0]}</account><alias>Ms &lt;Smith&gt;</alias></AccountAlias></ListOfAccountAliases>`,
    );
  }

  it('tells an advisor the groups, aliases and tiers', async () => {
    relay = await TestRelay.start({ accounts: [master, ...clients] });
    configure();
    const config = await relay.call('get_advisor_config', {});
    expect(config).toMatchObject({
      advisor: true,
      groups: [
        {
          name: 'Two & Co',
          method: 'Percent',
          accounts: [
            { account: clients[0], amount: 60 },
            { account: clients[1], amount: 40 },
          ],
        },
        { name: 'Second', method: 'NetLiq', accounts: [{ account: clients[1] }] },
      ],
      familyCodes: [],
      softDollarTiers: [{ name: 'Research', value: 'RESEARCH', displayName: 'Research tier' }, { name: 'Execution' }],
    });
    expect(config.aliases).toContainEqual({ account: clients[0], alias: 'Ms <Smith>' });
    expect(config).not.toHaveProperty('note');
  });

  it('shows no account that the owner does not allow, and no group of such accounts alone', async () => {
    relay = await TestRelay.start({ accounts: [master, ...clients] });
    configure();
    relay.config = { allowedAccounts: [clients[0]] };
    const config = await relay.read(getAdvisorConfig);
    expect(config.groups).toEqual([
      { name: 'Two & Co', method: 'Percent', accounts: [{ account: clients[0], amount: 60 }] },
    ]);
    expect(config.aliases.map(({ account }) => account)).toEqual([clients[0]]);
    expect(config.note).toContain('left out');
    expect(JSON.stringify(config)).not.toContain(clients[1]);
  });

  it('answers others clearly, without asking IB for what it has for advisors alone', async () => {
    relay = await TestRelay.start();
    const config = await relay.read(getAdvisorConfig);
    expect(config).toMatchObject({ advisor: false, note: expect.stringContaining('no financial advisor') });
    expect(config).not.toHaveProperty('groups');
    expect(config.softDollarTiers).toHaveLength(2);
    expect(relay.received('requestFa')).toHaveLength(0);
  });
});

describe('the XML of advisors', () => {
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 20 }).map((text) => `n${text.trim()}`);

  it('is read as it was written, whatever the names are', () => {
    const group = fc.record({
      name,
      method: fc.constantFrom('Equal', 'NetLiq', 'Percent'),
      accounts: fc.array(
        fc.record({ account: fc.stringMatching(/^DU\d{7}$/), amount: fc.integer({ min: 1, max: 99 }) }),
        {
          maxLength: 3,
        },
      ),
    });
    fc.assert(
      fc.property(fc.array(group, { maxLength: 4 }), (groups) => {
        const xml = groups.map(({ name, method, accounts }) => {
          const list = accounts.map(
            ({ account, amount }) => `<Account><acct>${account}</acct><amount>${amount}</amount></Account>`,
          );
          return `<Group><name>${escaped(name)}</name><ListOfAccts varName="list">${list.join('')}</ListOfAccts><defaultMethod>${method}</defaultMethod></Group>`;
        });
        expect(parseGroups(`<?xml version="1.0"?><ListOfGroups>${xml.join('')}</ListOfGroups>`)).toEqual(groups);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no markup', 'no groups here'],
    ['another document', '<ListOfAccountAliases/>'],
    ['an open element', '<ListOfGroups><Group></ListOfGroups>'],
    [
      'entities in entities',
      `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">${'bcdefghij'.replaceAll(/./g, (letter) => `<!ENTITY ${letter} "&a;&a;&a;&a;&a;&a;&a;&a;">`)}]><ListOfGroups>&j;</ListOfGroups>`,
    ],
  ])('is refused when it is %s', (_, xml) => {
    expect(() => parseGroups(xml)).toThrow('cannot be read');
  });

  it('may be empty', () => {
    expect(parseGroups('<ListOfGroups/>')).toEqual([]);
    expect(parseAliases('<ListOfAccountAliases></ListOfAccountAliases>')).toEqual([]);
  });
});
