import { rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * How a person at home speaks to the running relay, without the server: a Unix socket of mode 0600 in the data folder. One
 * line of JSON each way.
 */

const words = z.string().trim().min(1).max(300);

export const controlRequest = z.discriminatedUnion('command', [
  z.object({ command: z.literal('stop-trading'), reason: words, cancelOwn: z.boolean(), everything: z.boolean() }),
  z.object({ command: z.literal('resume-trading'), yes: z.boolean() }),
  z.object({ command: z.literal('trust'), yes: z.boolean() }),
  z.object({ command: z.literal('orders') }),
  z.object({ command: z.literal('resolve'), ticket: words, placed: z.boolean(), note: words }),
  z.object({ command: z.literal('audit') }),
  /** Answered with the JSON of a desk’s report. */
  z.object({ command: z.literal('doctor') }),
  z.object({
    command: z.literal('approvers'),
    action: z.enum(['list', 'add', 'remove']),
    fingerprint: z.string().max(200),
  }),
]);
export type ControlRequest = z.output<typeof controlRequest>;

const controlReply = z.object({ ok: z.boolean(), text: z.string() });
export type ControlReply = z.output<typeof controlReply>;

const maxLine = 65_536;
const patienceMs = 15_000;

export function controlSocketIn(dataDir: string): string {
  return join(dataDir, 'control.sock');
}

/** Listens until the function that it returns is called. Nothing that arrives ends the process. */
export function serveControl(
  path: string,
  answer: (request: ControlRequest) => Promise<ControlReply>,
  onError: (error: unknown) => void,
): () => void {
  // What an earlier process left behind: whoever comes here holds the data folder.
  rmSync(path, { force: true });
  const server = createServer((socket) => {
    void readLine(socket)
      .then((line) => answer(controlRequest.parse(JSON.parse(line))))
      .catch((error: unknown): ControlReply => {
        onError(error);
        return { ok: false, text: 'The relay could not carry that out; its log says why.' };
      })
      .then((reply) => socket.end(`${JSON.stringify(reply)}\n`))
      .catch(onError);
  });
  server.on('error', onError);
  // The socket appears within the call, with what the mask leaves; a later change would leave a moment open to others.
  const mask = process.umask(0o177);
  server.listen(path);
  process.umask(mask);
  return () => {
    server.close();
    rmSync(path, { force: true });
  };
}

/** Asks the relay that runs. Rejects with an error of the socket when none does. */
export async function askControl(path: string, request: ControlRequest): Promise<ControlReply> {
  const socket = connect(path);
  await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('error', reject));
  socket.write(`${JSON.stringify(request)}\n`);
  try {
    return controlReply.parse(JSON.parse(await readLine(socket)));
  } finally {
    socket.destroy();
  }
}

function readLine(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.setEncoding('utf8').setTimeout(patienceMs, () => socket.destroy(new Error('nobody answered in time')));
    socket.on('data', (part) => {
      text += part;
      const end = text.indexOf('\n');
      if (end >= 0) resolve(text.slice(0, end));
      else if (text.length > maxLine) socket.destroy(new Error('a line is too long'));
    });
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the other side left')));
  });
}
