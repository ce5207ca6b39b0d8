import { type Advisor, AdvisorError } from '../accounts/advisor.ts';
import { sendInvalid } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';

/** The kinds of configuration an advisor can ask for. */
const groups = 1;
const profiles = 2;
const aliases = 3;
const noId = -1;

/** What a request is about; undefined after an error has been sent. */
function advisorFor(context: Context, reqId: number, kind: number): Advisor | undefined {
  const { advisor } = context.world.book;
  if (!advisor) {
    sendInvalid(context, reqId, 'FA data operations ignored for non FA customers.');
    return undefined;
  }
  if (kind === profiles) {
    context.session.sendError(reqId, 585, 'FA Profile is not supported anymore, use FA Group instead.');
    return undefined;
  }
  if (kind === groups || kind === aliases) return advisor;
  sendInvalid(context, reqId, `Invalid FA data type ${kind}.`);
  return undefined;
}

export const advisorHandlers: Handlers = {
  requestFa(context, request) {
    const faDataType = request.int('faDataType');
    const advisor = advisorFor(context, noId, faDataType);
    if (!advisor) return;
    const xml = faDataType === groups ? advisor.groupsXml() : advisor.aliasesXml();
    context.session.send('receiveFa', { faDataType, xml });
  },

  /** Takes the place of everything there was, or of nothing. */
  replaceFa(context, request) {
    const faDataType = request.int('faDataType');
    const reqId = request.int('reqId');
    const advisor = advisorFor(context, reqId, faDataType);
    if (!advisor) return;
    try {
      if (faDataType === groups) advisor.replaceGroups(request.text('xml'));
      else advisor.replaceAliases(request.text('xml'));
    } catch (error) {
      if (!(error instanceof AdvisorError)) throw error;
      context.session.sendError(reqId, error.code, error.message);
      return;
    }
    context.session.send('replaceFaEnd', { reqId, text: 'Success' });
  },
};
