import type { Contract, Instrument, LocationCode, ScannerSubscription, TagValue } from '@stoqey/ib';
import { ToolError, type ToolErrorData } from '../../../shared/errors.ts';
import { Coalescer } from '../../async/coalesce.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import { Semaphore } from '../../async/semaphore.ts';
import type { DataConnection } from '../connection/data-connection.ts';
import { requestError } from '../connection/error-codes.ts';
import { readScanCatalogue, type ScanCatalogue } from './scan-catalogue.ts';
import { lendScanNumber } from './scan-codes.ts';

const scanDeadlineMs = 20_000;
const catalogueDeadlineMs = 30_000;
/** The gateway restarts once a day; what can be scanned for does not change in between. */
const catalogueMs = 24 * 3_600_000;
/** IB runs ten scans at a time for a login; two are left to its other programs. */
const scansAtOnce = 8;
/** IB gives no more rows to a scan. */
const mostRows = 50;

/** What to scan for, in IB's codes. */
export interface Scan {
  readonly code: string;
  readonly instrument: string;
  /** One location, or several with commas. */
  readonly location: string;
  readonly filters: readonly TagValue[];
}

/** One row of a scan, best first. What the scan does not tell is an empty text. */
export interface ScanRow {
  /** From 0. */
  readonly rank: number;
  readonly contract: Contract;
  readonly distance: string;
  readonly benchmark: string;
  readonly projection: string;
}

/** Runs market scans, and knows what can be scanned for. */
export class ScannerDesk {
  readonly #connection: Pick<DataConnection, 'ask' | 'request'>;
  readonly #scans = new Semaphore(scansAtOnce);
  readonly #readings = new Coalescer<ScanCatalogue>();
  #read: { readonly at: number; readonly catalogue: ScanCatalogue } | undefined;

  constructor(connection: Pick<DataConnection, 'ask' | 'request'>) {
    this.#connection = connection;
  }

  /** What can be scanned for, if that has been read lately. */
  get knownCatalogue(): ScanCatalogue | undefined {
    return this.#read && monotonicNow() - this.#read.at < catalogueMs ? this.#read.catalogue : undefined;
  }

  /** What can be scanned for; asked of the gateway once a day. */
  async catalogue(signal?: AbortSignal): Promise<ScanCatalogue> {
    return this.knownCatalogue ?? this.#readings.run('', (shared) => this.#readCatalogue(shared), signal);
  }

  /**
   * Runs a scan once.
   * @param rows at most 50
   * @throws ToolError `invalid_arguments` for what this gateway cannot scan for, `busy` while too many scans run
   */
  async run(scan: Scan, rows: number, signal?: AbortSignal): Promise<readonly ScanRow[]> {
    return this.#scans.run(() => this.#scanOnce(scan, Math.min(rows, mostRows), signal), signal);
  }

  async #readCatalogue(signal: AbortSignal): Promise<ScanCatalogue> {
    const xml = await this.#connection.ask<string>(
      {
        what: 'scanner parameters',
        lane: 'bulk',
        deadlineMs: catalogueDeadlineMs,
        send: (link) => link.call('reqScannerParameters'),
        onBroadcast: (message, finish) => {
          if (message.type === 'scanner-parameters') finish(message.xml);
        },
      },
      signal,
    );
    const catalogue = await readScanCatalogue(xml, signal);
    if (catalogue.scans.size === 0 || catalogue.locations.size === 0) {
      throw new ToolError({
        code: 'no_data',
        message: 'IB Gateway’s list of scans could not be read.',
        nextStep: 'Scans by plain words, such as scan_market “top gainers”, work without it.',
      });
    }
    this.#read = { at: monotonicNow(), catalogue };
    return catalogue;
  }

  async #scanOnce(scan: Scan, rows: number, signal?: AbortSignal): Promise<readonly ScanRow[]> {
    const found: ScanRow[] = [];
    const { number, giveBack } = lendScanNumber(scan.code);
    const subscription: ScannerSubscription = {
      scanCode: number,
      instrument: scan.instrument as Instrument,
      locationCode: scan.location as LocationCode,
      numberOfRows: rows,
    };
    try {
      return await this.#connection.request<readonly ScanRow[]>(
        {
          what: `scan ${scan.code} of ${scan.location}`,
          lane: 'interactive',
          deadlineMs: scanDeadlineMs,
          send: (link, reqId) => link.call('reqScannerSubscription', reqId, subscription, [], [...scan.filters]),
          cancel: (link, reqId) => link.call('cancelScannerSubscription', reqId),
          cancelWhenDone: true,
          onAnswer: (answer, finish) => {
            if (answer.type === 'scanner-row') found.push({ ...answer, contract: answer.details.contract });
            if (answer.type === 'scanner-end') finish(found);
          },
          onError: (code, text, finish) => {
            if (/no items? retrieved/i.test(text)) return finish([]);
            const error = scanError(code, text);
            if (error) throw new ToolError(error);
          },
        },
        signal,
      );
    } finally {
      giveBack();
    }
  }
}

/** What a refusal of a scan means; the code alone does not tell, since IB uses that of missing history for all. */
function scanError(code: number, text: string): ToolErrorData | undefined {
  if (code === 165) return undefined;
  const said = { message: text.replaceAll(/\s+/g, ' ').trim().slice(0, 500), ibCode: code };
  if (/disabled|invalid|unknown/i.test(text)) {
    const nextStep = 'Look the codes up with get_scanner_parameters: a scan needs a location and filters made for it.';
    return { ...said, code: 'invalid_arguments', nextStep };
  }
  if (code === 162 && /cancel/i.test(text)) {
    return {
      code: 'busy',
      message: 'IB refuses another scan: ten run at a time.',
      nextStep: 'Wait a few seconds, or close scanners in TWS.',
      ibCode: code,
    };
  }
  return requestError(code, text);
}
