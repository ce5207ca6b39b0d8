import { describe, expect, it } from 'vitest';
import { encodeFields, escapeAscii } from './codec.ts';
import type { Row, Value } from './fields.ts';
import { type ServerMessageName, serverMessages } from './messages.ts';

const VERSIONS = [176, 178, 187, 193] as const;

/** Every field's value is its own name, so that a golden line reads like a layout. Groups are given. */
function named(groups: Row = {}): Row {
  return new Proxy(groups, {
    get: (known, name): Value => (name in known ? known[String(name)] : String(name)),
  });
}

const encode = (name: ServerMessageName, version: number, groups?: Row): string =>
  encodeFields(serverMessages[name], named(groups), version).join('|');

const CONTRACT = 'conId|symbol|secType|lastTradeDateOrContractMonth|strike|right|multiplier';

/** Messages whose layout is the same from 176 to 193, as the protocol reference gives it. */
const UNCHANGED: readonly (readonly [ServerMessageName, string, Row?])[] = [
  ['tickPrice', '1|6|reqId|tickType|price|size|attrMask'],
  ['tickSize', '2|6|reqId|tickType|size'],
  ['tickGeneric', '45|6|reqId|tickType|value'],
  ['tickString', '46|6|reqId|tickType|value'],
  ['optionComputation', '21|reqId|tickType|tickAttrib|impliedVol|delta|optPrice|pvDividend|gamma|vega|theta|undPrice'],
  ['tickReqParams', '81|reqId|minTick|bboExchange|snapshotPermissions'],
  ['marketDataType', '58|1|reqId|type'],
  ['tickSnapshotEnd', '57|1|reqId'],
  ['error', '4|2|reqId|code|text|advancedOrderRejectJson'],
  ['managedAccounts', '15|1|accounts'],
  ['nextValidId', '9|1|orderId'],
  ['currentTime', '49|1|time'],
  ['accountValue', '6|2|key|value|currency|account'],
  [
    'portfolioValue',
    `7|8|${CONTRACT}|primaryExchange|currency|localSymbol|tradingClass|position|marketPrice|marketValue|averageCost|unrealizedPnl|realizedPnl|account`,
  ],
  ['accountUpdateTime', '8|1|time'],
  ['accountDownloadEnd', '54|1|account'],
  ['position', `61|3|account|${CONTRACT}|exchange|currency|localSymbol|tradingClass|position|averageCost`],
  ['positionEnd', '62|1'],
  [
    'positionMulti',
    `71|1|reqId|account|${CONTRACT}|exchange|currency|localSymbol|tradingClass|position|averageCost|modelCode`,
  ],
  ['positionMultiEnd', '72|1|reqId'],
  ['accountSummary', '63|1|reqId|account|tag|value|currency'],
  ['accountSummaryEnd', '64|1|reqId'],
  ['accountUpdateMulti', '73|1|reqId|account|modelCode|key|value|currency'],
  ['accountUpdateMultiEnd', '74|1|reqId'],
  ['pnl', '94|reqId|dailyPnl|unrealizedPnl|realizedPnl'],
  ['pnlSingle', '95|reqId|position|dailyPnl|unrealizedPnl|realizedPnl|value'],
  [
    'historicalData',
    '17|reqId|startDate|endDate|2|date|open|high|low|close|volume|wap|count|d|o|h|l|c|v|w|n',
    {
      bars: [named(), { date: 'd', open: 'o', high: 'h', low: 'l', close: 'c', volume: 'v', wap: 'w', count: 'n' }],
    },
  ],
  ['historicalDataUpdate', '90|reqId|count|date|open|close|high|low|wap|volume'],
  ['historicalSchedule', '106|reqId|start|end|timeZone|1|start|end|referenceDate', { sessions: [named()] }],
  ['headTimestamp', '88|reqId|timestamp'],
  [
    'symbolSamples',
    '79|reqId|1|conId|symbol|secType|primaryExchange|currency|2|OPT|WAR|description|issuerId',
    { contracts: [named({ derivativeSecTypes: ['OPT', 'WAR'] })] },
  ],
  [
    'optionParameters',
    '75|reqId|exchange|underlyingConId|tradingClass|multiplier|1|20261218|2|270|272.5',
    { expirations: ['20261218'], strikes: [270, 272.5] },
  ],
  ['optionParametersEnd', '76|reqId'],
  [
    'marketRule',
    '93|ruleId|2|0|0.01|3|0.05',
    {
      increments: [
        { lowEdge: 0, increment: 0.01 },
        { lowEdge: 3, increment: 0.05 },
      ],
    },
  ],
  ['familyCodes', '78|1|account|code', { codes: [named()] }],
  ['userInfo', '107|reqId|whiteBrandingId'],
  ['contractDataEnd', '52|1|reqId'],
  ['openOrderEnd', '53|1'],
  ['executionDetailsEnd', '55|1|reqId'],
  ['completedOrdersEnd', '102'],
];

const DETAILS_HEAD = '10|reqId|symbol|secType|lastTradeDateOrContractMonth';
const DETAILS_BODY =
  'strike|right|exchange|currency|localSymbol|marketName|tradingClass|conId|minTick|multiplier|orderTypes|validExchanges|priceMagnifier|underConId|longName|primaryExchange|contractMonth|industry|category|subcategory|timeZoneId|tradingHours|liquidHours|evRule|evMultiplier|1|tag|value|aggGroup|underSymbol|underSecType|marketRuleIds|realExpirationDate|stockType|minSize|sizeIncrement|suggestedSizeIncrement';
const DETAILS_GROUPS = { secIds: [named()], ineligibilityReasons: [] };
const FUND_FIELD_COUNT = 17;

describe('server messages', () => {
  it.each(VERSIONS)('have the layouts of the reference at server version %i', (version) => {
    for (const [name, golden, groups] of UNCHANGED) expect(encode(name, version, groups)).toBe(golden);
  });

  it.each([
    [176, `${DETAILS_HEAD}|${DETAILS_BODY}`],
    [178, `${DETAILS_HEAD}|${DETAILS_BODY}`],
    [187, `${DETAILS_HEAD}|lastTradeDate|${DETAILS_BODY}|0`],
    [193, `${DETAILS_HEAD}|lastTradeDate|${DETAILS_BODY}|0`],
  ])('have the contract details of server version %i', (version, golden) => {
    expect(encode('contractData', version, DETAILS_GROUPS)).toBe(golden);
  });

  it('carry fund fields for funds only, from 179 on', () => {
    const size = (version: number, secType: string): number =>
      encode('contractData', version, { ...DETAILS_GROUPS, secType }).split('|').length;
    expect(size(178, 'FUND')).toBe(size(178, 'STK'));
    expect(size(193, 'FUND')).toBe(size(193, 'STK') + FUND_FIELD_COUNT);
  });

  it('have a golden line each', () => {
    const covered = new Set<string>([...UNCHANGED.map(([name]) => name), 'contractData', 'historicalDataEnd']);
    expect(Object.keys(serverMessages).filter((name) => !covered.has(name))).toEqual([]);
  });

  it('change at 194 and 196 where the reference says so', () => {
    expect(encode('error', 194)).toBe('4|reqId|code|text|advancedOrderRejectJson|errorTime');
    expect(encode('historicalData', 196, { bars: [] })).toBe('17|reqId|0');
    expect(encode('historicalDataEnd', 196)).toBe('108|reqId|startDate|endDate');
  });
});

describe('values', () => {
  const pnl = (values: Row): string => encodeFields(serverMessages.pnl, values, 193).join('|');

  it('are written as the gateway writes them', () => {
    expect(pnl({ reqId: 1, dailyPnl: Number.MAX_VALUE, unrealizedPnl: undefined, realizedPnl: true })).toBe(
      '94|1|1.7976931348623157E308||1',
    );
  });

  it('cannot smuggle in another field', () => {
    expect(pnl({ reqId: 'a\0b' })).toBe('94|ab|||');
  });

  it('are escaped to ASCII where the gateway does so', () => {
    expect(escapeAscii('TENCENT 腾讯')).toBe('TENCENT \\u817e\\u8baf');
  });
});
