import worker, { AuthStore, Directory, Home as ServedHome } from '../worker/index.ts';
import { epochOf } from '../worker/sign-in/session.ts';

export { AuthStore, Directory };

/** A Home into which any number of things can be put at once, and whose lists can be read without a request for each. */
export class Home extends ServedHome {
  /** Runs one statement, such as one that fills a table. @returns what it gives */
  execute(statement: string, bindings: SqlStorageValue[]): Record<string, SqlStorageValue>[] {
    return this.ctx.storage.sql.exec(statement, ...bindings).toArray();
  }

  /** Lists the records with a prefix so many times. @returns how many there are */
  listRepeatedly(prefix: string, times: number): number {
    let found = 0;
    for (let time = 0; time < times; time++) found = this.kvList({ prefix }).keys.length;
    return found;
  }
}

interface Env {
  HOME: DurableObjectNamespace<Home>;
  DIRECTORY: DurableObjectNamespace<Directory>;
}

/** What the bench asks of the objects themselves, at `/bench`. */
export type BenchRequest =
  | { do: 'sign-in'; subject: string; sessionHash: string }
  | { do: 'execute'; userId: string; statement: string; bindings: (string | number | null)[] }
  | { do: 'list'; userId: string; prefix: string; times: number };

/** The Worker as it is deployed, and beside it a way to its objects. */
export default {
  async fetch(request: Request, env: Env, context: ExecutionContext): Promise<Response> {
    if (new URL(request.url).pathname !== '/bench') return worker.fetch(request, env as never, context);
    return Response.json(await answer((await request.json()) as BenchRequest, env));
  },
};

async function answer(request: BenchRequest, env: Env): Promise<unknown> {
  switch (request.do) {
    case 'sign-in': {
      const userId = await env.DIRECTORY.getByName('directory').userFor(request.subject);
      await env.HOME.getByName(userId).createSession({
        hash: request.sessionHash,
        seconds: 86_400,
        epoch: await epochOf({}),
        device: 'the bench',
      });
      return userId;
    }
    case 'execute':
      return env.HOME.getByName(request.userId).execute(request.statement, request.bindings);
    case 'list':
      return env.HOME.getByName(request.userId).listRepeatedly(request.prefix, request.times);
  }
}
