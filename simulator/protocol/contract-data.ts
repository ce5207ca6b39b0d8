import { fields, group, isOneOf, message, version, when } from './fields.ts';

const sizes = fields('minSize sizeIncrement suggestedSizeIncrement', { since: 164 });

const fundFields = fields(
  'fundName fundFamily fundType fundFrontLoad fundBackLoad fundBackLoadTimeInterval fundManagementFee fundClosed fundClosedForNewInvestors fundClosedForNewMoney fundNotifyAmount fundMinimumInitialPurchase fundSubsequentMinimumPurchase fundBlueSkyStates fundBlueSkyTerritories fundDistributionPolicyIndicator fundAssetType',
);

/** Details of everything but bonds. */
export const contractData = message(
  10,
  version(8, { until: 164 }),
  fields('reqId symbol secType lastTradeDateOrContractMonth'),
  fields('lastTradeDate', { since: 182 }),
  fields('strike right exchange currency localSymbol marketName tradingClass conId minTick'),
  fields('mdSizeMultiplier', { until: 164 }),
  fields('multiplier orderTypes validExchanges priceMagnifier underConId'),
  fields('longName', { escaped: true }),
  fields('primaryExchange contractMonth industry category subcategory timeZoneId tradingHours liquidHours'),
  fields('evRule evMultiplier'),
  group('secIds', fields('tag value')),
  fields('aggGroup underSymbol underSecType marketRuleIds realExpirationDate'),
  fields('stockType', { since: 152 }),
  fields('sizeMinTick', { since: 163, until: 164 }),
  sizes,
  when('secType', isOneOf('FUND'), fundFields, { since: 179 }),
  group('ineligibilityReasons', fields('id description'), { since: 186 }),
);

/** Details of a bond. Its long name is not escaped, unlike that of other contracts. */
export const bondData = message(
  18,
  version(6, { until: 164 }),
  fields('reqId symbol secType cusip coupon maturity issueDate ratings bondType couponType convertible callable'),
  fields('putable descAppend exchange currency marketName tradingClass conId minTick'),
  fields('mdSizeMultiplier', { until: 164 }),
  fields('orderTypes validExchanges nextOptionDate nextOptionType nextOptionPartial notes longName'),
  fields('timeZoneId tradingHours liquidHours', { since: 188 }),
  fields('evRule evMultiplier'),
  group('secIds', fields('tag value')),
  fields('aggGroup marketRuleIds'),
  sizes,
);
