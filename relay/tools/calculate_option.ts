import type { z } from 'zod';
import { ToolError } from '../../shared/errors.ts';
import { calculateOption } from '../../shared/tools/calculate_option.ts';
import { present } from '../gateway/numbers.ts';
import {
  type CalculateArguments,
  compute,
  middleOf,
  modelNote,
  namedUnderlying,
  type OptionTerms,
  optionNamed,
  precise,
  preciseIf,
  underlyingPrice,
  wrong,
} from './option-model.ts';
import { isoDate } from './options.ts';
import { strategyOf } from './strategy.ts';
import { executorOf, type ToolContext } from './tool.ts';

type Result = z.input<typeof calculateOption.output>;

const ofOneOption = ['price'] as const;
const ofStrategies = ['min_price', 'max_price', 'points'] as const;

export const calculateOptionExecutor = executorOf(calculateOption, async (args, context) => {
  if ((args.contract === undefined) === (args.legs === undefined)) {
    throw wrong('Give either `contract` or `legs`.', 'One option goes into `contract`, a strategy into `legs`.');
  }
  refuse(args, args.legs ? ofOneOption : ofStrategies, args.legs ? 'contract' : 'legs');
  if (args.price !== undefined && args.volatility !== undefined) {
    throw wrong('`price` and `volatility` exclude each other.', 'Give the one that is known; the other is computed.');
  }
  return args.contract === undefined ? strategyOf(args, context) : oneOption(args.contract, args, context);
});

function refuse(args: CalculateArguments, names: readonly (keyof CalculateArguments)[], other: string): void {
  const given = names.find((name) => args[name] !== undefined);
  if (given === undefined) return;
  throw wrong(`\`${given}\` goes with \`${other}\` only.`, `Leave it out, or use \`${other}\`.`);
}

async function oneOption(text: string, args: CalculateArguments, context: ToolContext): Promise<Result> {
  const option = await optionNamed(text, context);
  const spot = args.underlying_price ?? (await underlyingPrice(option, context));
  const given =
    args.volatility === undefined
      ? { price: args.price ?? (await currentPrice(option, context)) }
      : { iv: args.volatility };
  const circumstances = { ...given, spot, rate: args.rate };
  const { price, iv, delta, gamma, theta, vega, model } = await compute(option, circumstances, context);
  const { strike, right, listed, days, expiry, multiplier, name } = option;
  const intrinsic = Math.max(0, right === 'C' ? spot - strike : strike - spot);
  return present({
    asOf: new Date(context.gateway.serverTime()).toISOString(),
    underlying: namedUnderlying(option.underlying, spot),
    option: present({
      conId: listed?.conId,
      contract: name,
      expiry: isoDate(expiry),
      days,
      strike,
      right,
      multiplier,
      price: precise(price),
      iv: precise(iv),
      delta: preciseIf(delta),
      gamma: preciseIf(gamma),
      theta: preciseIf(theta),
      vega: preciseIf(vega),
      intrinsic: precise(intrinsic),
      timeValue: precise(price - intrinsic),
      model,
    }),
    note: model === 'black-scholes' ? noteOf(option, args.rate) : undefined,
  });
}

function noteOf({ listed, name, multiplier }: OptionTerms, rate: number | undefined): string {
  const unlisted = [`${name} is not listed: a multiplier of ${multiplier} is assumed.`];
  const silent = rate === undefined ? ['IB did not compute it.'] : [];
  return [...(listed ? silent : unlisted), modelNote(rate)].join(' ');
}

/** The middle of bid and ask, else the last price. @throws ToolError when there is none, or the option is not listed */
async function currentPrice({ listed, name }: OptionTerms, context: ToolContext): Promise<number> {
  if (!listed) throw wrong(`${name} is not listed, so that it has no price.`, 'Give `price` or `volatility`.');
  const price = await middleOf(listed, context);
  if (price !== undefined) return price;
  throw new ToolError({
    code: 'no_data',
    message: `${name} has no price now.`,
    nextStep: 'Give `price` or `volatility`.',
  });
}
