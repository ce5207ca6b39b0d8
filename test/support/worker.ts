import { Miniflare, Response as RuntimeResponse } from 'miniflare';
import { bundleWorker, readWorkerConfig } from '../../scripts/worker-bundle.ts';

export interface WorkerOptions {
  /** Entry file relative to the project; default: wrangler.toml's `main`. */
  main?: string;
  vars?: Record<string, string>;
  /** Names of bindings to Workers KV, which the Worker itself does without. */
  kv?: readonly string[];
  /** Folder in which storage is kept, so that it can be copied and put back; default: one that goes with the Worker. */
  storage?: string;
  /** Answers what the Worker fetches by address; default: the network, this machine's included. */
  internet?: (url: string) => Response;
}

type Row = Record<string, unknown>;

/** What a durable object's connections do when it leaves memory. */
type Eviction = 'close' | 'hibernate';

export interface TestWorker {
  /** Origin, on a loopback address. */
  readonly origin: URL;
  readonly mcp: URL;
  /** Sends a request as from `url`'s host; a path alone goes to the Worker's own origin. */
  fetch(url: string, init?: RequestInit): Promise<Response>;
  bindings<Bindings>(): Promise<Bindings>;
  /** Runs SQL in an object's storage, beside its code. */
  sql(className: string, objectName: string, statement: string, ...values: (string | number)[]): Promise<Row[]>;
  /** Takes a user's Home out of memory. */
  evictHome(userId: string, webSockets: Eviction): Promise<void>;
  /** Ends the runtime and starts it again on the same storage, as a new version does. */
  redeploy(): Promise<void>;
  /** Ends the runtime, does that while nothing runs, and starts it again at the same place. Needs `storage`. */
  stopFor(work: () => Promise<void>): Promise<void>;
  close(): Promise<void>;
}

const bundles = new Map<string, Promise<string>>();

/** Each entry is bundled once. */
function bundleOf(main: string): Promise<string> {
  const bundle = bundles.get(main) ?? bundleWorker(main);
  bundles.set(main, bundle);
  return bundle;
}

/** The Worker as wrangler.toml describes it, on the Workers runtime, with fresh storage. */
export async function startWorker({
  main,
  vars = { LOCAL_MODE: '1' },
  kv = [],
  storage,
  internet,
}: WorkerOptions = {}): Promise<TestWorker> {
  const config = await readWorkerConfig();
  const { name, compatibility_date, compatibility_flags, durable_objects } = config;
  const objects = durable_objects.bindings;
  const options = {
    host: '127.0.0.1',
    port: 0,
    // Without it a description of the network is downloaded.
    cf: false,
    telemetry: { enabled: false },
    logRequests: false,
    // Lets tests look into storage, and fill it.
    unsafeInspectDurableObjects: true,
    ...(storage === undefined ? {} : { resourcePersistencePath: storage }),
    workers: [
      {
        config: {
          name,
          compatibilityDate: compatibility_date,
          compatibilityFlags: compatibility_flags,
          manifest: {
            mainModule: 'worker.js',
            modules: { 'worker.js': { type: 'esm' as const, contents: await bundleOf(main ?? config.main) } },
          },
          env: {
            ...Object.fromEntries(Object.entries(vars).map(([key, value]) => [key, { type: 'text' as const, value }])),
            ...Object.fromEntries(kv.map((binding) => [binding, { type: 'kv' as const, id: binding }])),
            ...Object.fromEntries(
              objects.map(({ name: binding, class_name }) => [
                binding,
                { type: 'durable-object' as const, worker: name, exportName: class_name },
              ]),
            ),
          },
          exports: Object.fromEntries(
            objects.map(({ class_name }) => [
              class_name,
              { type: 'durable-object' as const, storage: 'sqlite' as const },
            ]),
          ),
        },
        ...(internet ? { dev: { outboundService: { type: 'fetcher' as const, handler: answerBy(internet) } } } : {}),
      },
    ],
  };
  let miniflare = new Miniflare(options);
  const origin = new URL((await miniflare.ready).origin);
  return {
    origin,
    mcp: new URL('/mcp', origin),
    fetch: async (url, init) => (await miniflare.dispatchFetch(new URL(url, origin).href, init as never)) as never,
    bindings: () => miniflare.getBindings(),
    sql: async (className, objectName, ...statement) => {
      const storage = await miniflare.unsafeGetDurableObjectStorage(name, className, { name: objectName });
      return storage.exec(...statement);
    },
    evictHome: (userId, webSockets) => miniflare.unsafeEvictDurableObject(name, 'Home', { name: userId, webSockets }),
    redeploy: () => miniflare.setOptions({ ...options, port: Number(origin.port) }),
    stopFor: async (work) => {
      await miniflare.dispose();
      await work();
      miniflare = new Miniflare({ ...options, port: Number(origin.port) });
      await miniflare.ready;
    },
    close: () => miniflare.dispose(),
  };
}

/** The runtime knows its own class of responses only. */
function answerBy(internet: (url: string) => Response) {
  return async ({ url }: { url: string }) => {
    const { status, headers, body } = internet(url);
    return new RuntimeResponse(body && (await new Response(body).text()), { status, headers: [...headers] });
  };
}
