/** Mistakes that are planted on purpose: each must be found by the simulation. */
export const plantedFaults = [
  'no fsync',
  'fsync after sending',
  'no orderRef',
  'deadline not checked',
  'id from nextValidId alone',
  'not placed after one look',
  'settle is not journalled',
  'a ticket again is sent again',
  'the pair is not checked',
  'cap not checked at home or in the cloud',
  'home sends before it has stored',
  'home believes an old report',
] as const;
export type Planted = (typeof plantedFaults)[number];
