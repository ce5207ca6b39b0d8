import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { bundleWorker, readWorkerConfig, type WorkerConfig } from './worker-bundle.ts';

// The package has no types; its one export is the path of the binary for this platform.
const workerdPath = (createRequire(import.meta.url)('workerd') as { default: string }).default;

export interface WorkerRuntimeOptions {
  /** Entry file relative to the project; default: wrangler.toml's `main`. */
  main?: string;
  /** A bundle that is served instead of one of the project's own code. */
  bundle?: string;
  host?: string;
  /** 0 picks a free one. */
  port?: number;
  /** Folder for the bundle and for the objects' storage, kept between runs. */
  directory: string;
  vars?: Readonly<Record<string, string>>;
  /** Ends the runtime, also while it is still starting. */
  signal?: AbortSignal;
  /** Receives what the runtime prints; default: discarded. */
  log?: (line: string) => void;
}

export interface WorkerRuntime {
  readonly port: number;
  readonly process: ChildProcess;
  close(): Promise<void>;
}

/**
 * Bundles the Worker and serves it on the bare Workers runtime, without the proxies of development servers in front.
 * Durable Object storage persists in `directory`.
 */
export async function startWorkerRuntime(options: WorkerRuntimeOptions): Promise<WorkerRuntime> {
  const config = await readWorkerConfig();
  await mkdir(join(options.directory, 'storage'), { recursive: true });
  const code = options.bundle ?? (await bundleWorker(options.main ?? config.main));
  await writeFile(join(options.directory, 'worker.js'), code);
  await writeFile(join(options.directory, 'workerd.capnp'), capnp(config, options));
  const child = spawn(workerdPath, ['serve', '--control-fd=3', join(options.directory, 'workerd.capnp')], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    ...(options.signal ? { signal: options.signal } : {}),
  });
  endWithParent(child);
  // Ending it by the signal is reported as an error; the exit that follows says the same.
  child.on('error', (error) => options.log?.(error.message));
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream as Readable }).on('line', (line) => options.log?.(line));
  }
  return {
    port: await listeningPort(child),
    process: child,
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      await exited;
    },
  };
}

/**
 * The runtime does not notice when the process that started it is killed, and would go on with the storage that a next
 * one opens. A shell that waits for the end of its input sees to that, however this process ends.
 */
function endWithParent(runtime: ChildProcess): void {
  const { pid } = runtime;
  if (pid === undefined) return;
  const guard = spawn('sh', ['-c', 'while read -r _; do :; done; kill -9 "$0"', String(pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    // Whoever kills the whole group of this process must not take the guard with it.
    detached: true,
  });
  guard.on('error', () => undefined);
  guard.unref();
  (guard.stdin as Socket).unref();
  runtime.once('exit', () => guard.kill('SIGKILL'));
}

async function listeningPort(child: ChildProcess): Promise<number> {
  const control = createInterface({ input: child.stdio[3] as Readable });
  const port = (async () => {
    for await (const line of control) {
      const event = JSON.parse(line) as { event: string; port: number };
      if (event.event === 'listen') return event.port;
    }
    return undefined;
  })();
  const exited = once(child, 'exit').then(() => undefined);
  const result = await Promise.race([port, exited]);
  if (result === undefined) throw new Error('The Workers runtime did not start; run with --verbose to see why.');
  return result;
}

function capnp(
  config: WorkerConfig,
  { host = '127.0.0.1', port = 0, directory, vars = {} }: WorkerRuntimeOptions,
): string {
  const text = JSON.stringify;
  const objects = config.durable_objects.bindings;
  const bindings = [
    ...objects.map(({ name, class_name }) => `(name = ${text(name)}, durableObjectNamespace = ${text(class_name)})`),
    ...Object.entries(vars).map(([name, value]) => `(name = ${text(name)}, text = ${text(value)})`),
  ];
  const namespaces = objects.map(
    ({ class_name }) => `(className = ${text(class_name)}, uniqueKey = ${text(class_name)}, enableSql = true)`,
  );
  // For trying things out, webhooks may go to this machine. No other private network can be reached.
  const reachable = vars.LOCAL_MODE === '1' ? '"public", "local"' : '"public"';
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .main),
    (name = "internet", network = (allow = [${reachable}], tlsOptions = (trustBrowserCas = true))),
    (name = "storage", disk = (path = ${text(join(directory, 'storage'))}, writable = true)),
  ],
  sockets = [(name = "http", address = ${text(`${host}:${port}`)}, http = (), service = "main")],
);
const main :Workerd.Worker = (
  modules = [(name = "worker.js", esModule = embed "worker.js")],
  compatibilityDate = ${text(config.compatibility_date)},
  compatibilityFlags = ${text(config.compatibility_flags).replaceAll(',', ', ')},
  bindings = [${bindings.join(', ')}],
  durableObjectNamespaces = [${namespaces.join(', ')}],
  durableObjectStorage = (localDisk = "storage"),
);
`;
}
