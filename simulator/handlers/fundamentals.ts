import type { ContractRequest } from '../contracts/contract-request.ts';
import type { Request } from '../protocol/requests.ts';
import { figuresOf } from '../research/figures.ts';
import { fundamentalReport, isReportType } from '../research/fundamental-reports.ts';
import { researchSettings } from '../research/settings.ts';
import { resolveInstrument } from './contract-query.ts';
import type { Handlers } from './handler.ts';

/** The request's contract: it has fewer fields than those of other requests, and those it lacks are empty. */
const contractIn = (request: Request): ContractRequest => request;

export const fundamentalsHandlers: Handlers = {
  reqFundamentalData(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const access = researchSettings(world).fundamentals;
    if (access === 'removed') return;
    const instrument = resolveInstrument(context, contractIn(request));
    if (!instrument) return;
    if (access === 'notAllowed') {
      session.sendError(reqId, 10358, 'Fundamentals data is not allowed');
      return;
    }
    const type = request.text('reportType');
    if (!isReportType(type, access)) {
      const text = 'The fundamentals data for the security specified is not available.Missing reportType';
      session.sendError(reqId, 430, text);
      return;
    }
    const figures = figuresOf(world.model, instrument, world.now());
    if (!figures) {
      const text = 'We are sorry, but fundamentals data for the security specified is not available.failed to fetch';
      session.sendError(reqId, 430, text);
      return;
    }
    session.send('fundamentalData', { reqId, data: fundamentalReport(type, figures) });
  },

  /** Reports are answered at once: there is never one to cancel. */
  cancelFundamentalData() {},
};
