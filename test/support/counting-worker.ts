import './counters.ts';
import worker, {
  AuthStore as ProductAuthStore,
  Directory as ProductDirectory,
  Home as ProductHome,
} from '../../worker/index.ts';
import { type Counters, count, counters, stringify } from './counters.ts';

/**
 * The product's Worker, whose work is counted. Its objects share its isolate on the local runtime, so that JSON and timers
 * are those of the Worker and of its objects together; calls and SQL are told by class, such as `Home.kvGet` and `Home`.
 */
export interface WorkerCounters extends Counters {
  readonly calls: Readonly<Record<string, number>>;
  readonly sql: Readonly<Record<string, number>>;
}

const calls: Record<string, number> = {};
const sql: Record<string, number> = {};

function increment(counts: Record<string, number>, name: string): void {
  counts[name] = (counts[name] ?? 0) + 1;
}

/** Counts remote calls where they arrive, whatever way their sender has got its stub. */
function countCalls(name: string, prototype: object): void {
  for (const method of Object.getOwnPropertyNames(prototype)) {
    if (method === 'constructor') continue;
    count(prototype as Record<string, unknown>, method, () => increment(calls, `${name}.${method}`));
  }
}

countCalls('Home', ProductHome.prototype);
countCalls('AuthStore', ProductAuthStore.prototype);
countCalls('Directory', ProductDirectory.prototype);

const owners = new WeakMap<SqlStorage, string>();
let isSqlCounted = false;

/** The runtime hands an object's state to the base class only as it is, so that the statements are counted at their prototype. */
function countSql(storage: SqlStorage, owner: string): void {
  owners.set(storage, owner);
  if (isSqlCounted) return;
  isSqlCounted = true;
  count(Object.getPrototypeOf(storage) as SqlStorage, 'exec', (statementsOf) =>
    increment(sql, owners.get(statementsOf as SqlStorage) ?? 'unknown'),
  );
}

export class Home extends ProductHome {
  constructor(...[ctx, env]: ConstructorParameters<typeof ProductHome>) {
    countSql(ctx.storage.sql, 'Home');
    super(ctx, env);
  }
}

export class AuthStore extends ProductAuthStore {
  constructor(...[ctx, env]: ConstructorParameters<typeof ProductAuthStore>) {
    countSql(ctx.storage.sql, 'AuthStore');
    super(ctx, env);
  }
}

export class Directory extends ProductDirectory {
  constructor(...[ctx, env]: ConstructorParameters<typeof ProductDirectory>) {
    countSql(ctx.storage.sql, 'Directory');
    super(ctx, env);
  }
}

/** Where the counters are told, to anybody: this entry is never deployed. */
const path = '/test/counters';

export default {
  fetch(request: Request, env: Parameters<typeof worker.fetch>[1], ctx: ExecutionContext) {
    if (new URL(request.url).pathname !== path) return worker.fetch(request, env, ctx);
    return new Response(stringify({ ...counters, calls, sql } satisfies WorkerCounters));
  },
};
