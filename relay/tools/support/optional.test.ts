import { pino } from 'pino';
import { describe, expect, it } from 'vitest';
import { ToolError } from '../../../shared/errors.ts';
import { abortError } from '../../async/abort.ts';
import { optional, optionalWithReason } from './optional.ts';

const logger = pino({ level: 'silent' });
const patient = () => ({ signal: new AbortController().signal, logger });
const never = (signal: AbortSignal) =>
  new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(abortError(signal)));
  });
const failing = (code: ToolError['code']) => async () => {
  throw new ToolError({ code, message: code });
};

describe('optional', () => {
  it('gives what is told', async () => {
    expect(await optional('x', async () => 5, patient())).toBe(5);
  });

  it('gives nothing when it is refused or not told in time', async () => {
    expect(await optional('x', failing('ib_error'), patient())).toBeUndefined();
    expect(await optional('x', failing('gateway_timeout'), patient())).toBeUndefined();
    expect(await optional('x', never, patient(), 10)).toBeUndefined();
  });

  it('fails when the gateway goes, the caller leaves, or our own code is wrong', async () => {
    await expect(optional('x', failing('gateway_interrupted'), patient())).rejects.toThrow('gateway_interrupted');
    const left = AbortSignal.abort(new Error('left'));
    await expect(optional('x', failing('ib_error'), { signal: left, logger })).rejects.toThrow('left');
    const defect = async () => {
      throw new TypeError('defect');
    };
    await expect(optional('x', defect, patient())).rejects.toThrow('defect');
  });
});

describe('told', () => {
  it('says why something is not told', async () => {
    expect(await optionalWithReason('x', async () => 5, patient())).toEqual({ value: 5 });
    const refusal = { code: 'ib_error', message: 'ib_error' };
    expect(await optionalWithReason('x', failing('ib_error'), patient())).toEqual({ value: undefined, refusal });
    expect((await optionalWithReason('the price', never, patient(), 10)).refusal).toMatchObject({
      code: 'gateway_timeout',
      message: expect.stringContaining('the price'),
    });
  });
});
