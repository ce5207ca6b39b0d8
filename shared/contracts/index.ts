export { formatCombo, parseCombo } from './combo.ts';
export { isCurrency } from './currencies.ts';
export { parseExpiry } from './expiry.ts';
export { formatContract } from './format.ts';
export { parseContract } from './parse.ts';
export type { ContractQuery, SecType } from './query.ts';
export { otherSpellings } from './spellings.ts';
