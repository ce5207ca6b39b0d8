import { z } from 'zod';

/** Names that were taken for something they do not spell exactly (`SPX` for `SPX:IND`), and for what. */
export const readAs = z.array(z.object({ given: z.string(), contract: z.string() })).optional();
