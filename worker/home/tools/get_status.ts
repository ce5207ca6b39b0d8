import type { getStatus } from '../../../shared/tools/get_status.ts';
import { composeStatus } from '../relays/status.ts';
import type { HomeTool } from './support/context.ts';

/** Answers `get_status`: each connected relay's own word, or its last one, and what is wrong. */
export const answerStatus: HomeTool<typeof getStatus.input, typeof getStatus.output> = async (
  _,
  { askStatus, reading, caller },
) => {
  const relays = await askStatus();
  return composeStatus(relays, new Date(), (device) => reading.notes(device, relays, caller.accounts));
};
