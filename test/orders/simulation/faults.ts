import type { Trouble } from './troubles.ts';

/** Mistakes that are planted on purpose, with what brings each to light: every one must be found. */
export const plantedFaults = {
  'no fsync': ['power cut at an effect'],
  'fsync after sending': ['power cut at an effect'],
  'no orderRef': ['relay killed at an effect'],
  'deadline not checked': ['relay stopped between two effects'],
  'the pair is not checked': ['relay restored from a copy', 'window at home'],
  'cap not checked': ['tunnel cut'],
  'home sends before it has stored': ['home restarted'],
  'unanswered is taken for unsent': ['tunnel cut', 'tunnel cut', 'tunnel cut', 'tunnel cut'],
  'a stop is not journalled': ['trading stopped at home', 'relay killed'],
  'a repeated call is a new order': ['tunnel cut'],
  'a claim is deleted on a throw': ['gateway dropped after receipt', 'tunnel cut'],
  'a check before an await': ['tunnel cut'],
  'the last leg does not transmit': [],
  'only open orders are looked for': ['relay killed at an effect'],
  'a stop is not asked at the gate': ['trading stopped at home'],
  'not_placed after one look': ['lists behind', 'gateway dropped after receipt'],
} as const satisfies Record<string, readonly Trouble[]>;

export type Planted = keyof typeof plantedFaults;
