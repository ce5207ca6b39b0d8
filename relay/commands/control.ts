import { existsSync } from 'node:fs';
import { type ApproverCommand, ApproverDesk } from '../approvers/approver-desk.ts';
import { bookFileIn } from '../approvers/book-file.ts';
import { answerControl, type DeskRequest } from '../control/answers.ts';
import { askControl, type ControlReply, type ControlRequest, controlSocketIn } from '../control/control-socket.ts';
import { FileError } from '../files.ts';
import type { TradingConnection } from '../gateway/orders/trading-connection.ts';
import { JournalError } from '../orders/journal.ts';
import { type DeskFiles, deskFilesIn, openDeskFiles, recordAlone } from '../trading/desk-files.ts';
import { TradingDesk } from '../trading/trading-desk.ts';
import { cannotKeep, holdDataFolder } from './data-folder.ts';
import { CommandError, exitCodes } from './exit.ts';
import { controlledDesk } from './orders.ts';

/** What the system says where nobody listens at a socket's path, or nobody can. */
const nobodyThere: ReadonlySet<string> = new Set(['ENOENT', 'ECONNREFUSED', 'EINVAL', 'ENAMETOOLONG']);

const wallTime = () => Date.now();

interface AtHome {
  readonly dataDir: string;
}

/**
 * Has the relay that runs with this data folder do something; with none, what concerns its journal is done there.
 * @returns the exit code
 */
export async function control(
  { dataDir }: AtHome,
  request: ControlRequest,
  print: (line: string) => void,
): Promise<number> {
  const { reply } = await askAtHome(dataDir, request);
  print(reply.text);
  return reply.ok ? exitCodes.ok : exitCodes.failure;
}

/** @throws {CommandError} when no relay runs and its files cannot be used */
export async function askAtHome(
  dataDir: string,
  request: ControlRequest,
): Promise<{ readonly reply: ControlReply; readonly isRunning: boolean }> {
  const running = await askRunning(dataDir, request);
  if (running) return { reply: running, isRunning: true };
  return { reply: await askFiles(dataDir, request), isRunning: false };
}

async function askRunning(dataDir: string, request: ControlRequest): Promise<ControlReply | undefined> {
  try {
    return await askControl(controlSocketIn(dataDir), request);
  } catch (error) {
    if (nobodyThere.has(String((error as NodeJS.ErrnoException).code))) return undefined;
    throw error;
  }
}

async function askFiles(dataDir: string, request: ControlRequest): Promise<ControlReply> {
  return request.command === 'approvers' ? askBook(dataDir, request) : askDesk(dataDir, request);
}

async function askBook(dataDir: string, command: ApproverCommand): Promise<ControlReply> {
  if (!existsSync(dataDir)) {
    const reason = `No relay runs with the data folder ${dataDir}, and none ever has.`;
    throw new CommandError({ reason, exitCode: exitCodes.unreachable });
  }
  const folder = holdDataFolder(dataDir);
  try {
    const nothing = () => undefined;
    const desk = new ApproverDesk({
      store: bookFileIn(dataDir),
      wallTime,
      record: (entry) => recordAlone(dataDir, wallTime, entry),
      warn: nothing,
      onChange: nothing,
    });
    desk.open();
    return await desk.command(command);
  } catch (error) {
    throw error instanceof FileError ? cannotKeep(dataDir, error) : error;
  } finally {
    folder.release();
  }
}

async function askDesk(dataDir: string, request: DeskRequest): Promise<ControlReply> {
  if (!existsSync(deskFilesIn(dataDir).journal)) throw neverTraded(dataDir);
  const folder = holdDataFolder(dataDir);
  let files: DeskFiles | undefined;
  try {
    files = openDeskFiles(dataDir, wallTime);
    return await answerControl(controlledDesk(deskAlone(files), files), request);
  } catch (error) {
    if (!(error instanceof JournalError)) throw error;
    const exitCode = error.why === 'held' ? exitCodes.inUse : exitCodes.failure;
    throw new CommandError({ reason: error.message, exitCode });
  } finally {
    files?.close();
    folder.release();
  }
}

/** A desk that has nothing to send with; what it journals, the relay carries out when it runs again. */
function deskAlone(files: DeskFiles): TradingDesk {
  const nothing = () => undefined;
  const trading: TradingConnection = {
    onNews: nothing,
    send: async () => ({ handedOver: false, why: 'No relay runs.' }),
    look: () => Promise.reject(new Error('No relay runs.')),
    reconnect: nothing,
  };
  return new TradingDesk({
    ...files,
    trading,
    config: { mode: 'paper', clientId: 0, policy: {}, approval: 'none' },
    killFile: '',
    readOnly: { isKnown: false },
    wallTime,
    gatewayTime: wallTime,
    logger: { debug: nothing, info: nothing, warn: nothing, error: nothing },
    onChange: nothing,
    onDiskFailure: (error) => {
      throw error;
    },
  });
}

function neverTraded(dataDir: string): CommandError {
  const reason = `No relay runs with the data folder ${dataDir}, and none has ever traded with it.`;
  return new CommandError({ reason, exitCode: exitCodes.unreachable });
}
