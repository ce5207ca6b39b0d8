import type { ErrorCode } from '../../shared/errors.ts';
import type { ArgumentCase, HomeArgumentCase } from './arguments-matter.ts';
import type { BadInputCase } from './bad-input.ts';

/** What `<name>.cases.ts` beside a tool exports as `cases`: the calls with which the tests of all tools try it. */
export interface ToolCases {
  /** An ordinary call as hosts send it, some numbers and flags as texts; or that `every-tool.test.ts` has its own. */
  readonly question: object | 'asked elsewhere';
  readonly badInput: BadInputCase;
  readonly argumentsMatter: ArgumentCase;
}

/** The same of a tool that the user's Home carries out. Ids that `begin` names may stand in its calls. */
export interface HomeToolCases {
  readonly question: object | 'asked elsewhere';
  readonly badInput: Pick<BadInputCase, 'good' | 'bad' | 'several'> & {
    /** Names in the good call an instrument that the relay was not asked about before, so that only the gateway knows it. */
    readonly unseen: object;
    /**
     * What it says without a gateway, to somebody without a relay, and where that does not run, if anything else than
     * others do; that it answers, with a note, where it does.
     */
    readonly away?: Partial<Readonly<Record<'gateway' | 'unpaired' | 'offline', ErrorCode | 'answers'>>>;
  };
  readonly argumentsMatter: HomeArgumentCase;
}
