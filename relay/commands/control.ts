import { askControl, type ControlRequest, controlSocketIn } from '../control/control-socket.ts';
import { CommandError, exitCodes } from './exit.ts';

/** Has the relay that runs with this data folder do something. @returns the exit code */
export async function control(
  { dataDir }: { readonly dataDir: string },
  request: ControlRequest,
  print: (line: string) => void,
): Promise<number> {
  try {
    const { ok, text } = await askControl(controlSocketIn(dataDir), request);
    print(text);
    return ok ? exitCodes.ok : exitCodes.failure;
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOENT' && code !== 'ECONNREFUSED') throw error;
    const reason = `No relay runs with the data folder ${dataDir}, so nothing is sent. To keep it so when it starts, put the kill file there: touch ${dataDir}/STOP`;
    throw new CommandError({ reason, exitCode: exitCodes.unreachable });
  }
}
