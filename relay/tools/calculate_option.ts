import type { z } from 'zod';
import { calculateOption } from '../../shared/tools/calculate_option.ts';
import { omitUndefined } from '../../shared/values.ts';
import { priceUnitNote } from '../gateway/contracts/price-unit.ts';
import { significant } from '../gateway/numbers.ts';
import { settlementOf } from './support/option-end.ts';
import {
  type CalculateArguments,
  type Computed,
  compute,
  difference,
  exerciseValue,
  namedUnderlying,
  type OptionTerms,
  optionNamed,
  precise,
  underlyingPrice,
  wrong,
} from './support/option-model.ts';
import { assumedNote, optionNow, spotsOf } from './support/option-now.ts';
import { becauseOf, isoDate, notesOf } from './support/options.ts';
import { strategyOf } from './support/strategy.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

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
  const { spot, assumed, ...computed } = await computeOne(option, args, context);
  const { price, iv, delta, gamma, theta, vega, model } = computed;
  const { strike, right, listed, days, expiry, multiplier, name, american, end, underlying } = option;
  const intrinsic = exerciseValue({ spot, strike, right });
  return omitUndefined({
    asOf: new Date(context.gateway.serverTime()).toISOString(),
    underlying: namedUnderlying(option.underlying, spot),
    option: omitUndefined({
      conId: listed?.conId,
      contract: name,
      expiry: isoDate(expiry),
      days,
      strike,
      right,
      multiplier,
      price: precise(price),
      currency: (listed ?? option.underlying)?.currency,
      iv: significant(iv),
      delta: significant(delta),
      gamma: significant(gamma),
      theta: significant(theta),
      vega: significant(vega),
      intrinsic: precise(intrinsic),
      timeValue: difference(price, intrinsic),
      exercise: american ? ('American' as const) : ('European' as const),
      settlement: settlementOf(end, underlying),
      model,
    }),
    note: notesOf([noteOf(option, computed.notes, assumed), unitNote(option)]),
  });
}

/** By the volatility that is given, that explains the price that is given, or that the option has now. */
async function computeOne(option: OptionTerms, args: CalculateArguments, context: ToolContext) {
  const { price, volatility: iv, rate, underlying_price: asked } = args;
  const { listed, name } = option;
  if (price !== undefined || iv !== undefined) {
    const spot = asked ?? (await underlyingPrice(option, context));
    return { ...(await compute(option, { spot, price, iv, rate }, context)), spot, assumed: false };
  }
  if (!listed) throw wrong(`${name} is not listed, so that it has no price.`, 'Give `price` or `volatility`.');
  const spots = await spotsOf(option, asked, context);
  const now = await optionNow({ ...option, listed }, spots, rate, context);
  if (now.computed) return { ...now.computed, assumed: now.assumed, spot: spots.asked };
  const priced = now.market !== undefined;
  throw becauseOf(now.refusal, {
    code: 'no_data',
    message: priced ? `No volatility explains the price of ${name}, ${now.market}.` : `${name} has no price now.`,
    nextStep: 'Give `price` or `volatility`.',
  });
}

function unitNote({ listed, underlying }: OptionTerms): string | undefined {
  const instrument = listed ?? underlying;
  return instrument && priceUnitNote(instrument);
}

function noteOf({ listed, name, multiplier }: OptionTerms, computed: Computed['notes'], assumed: boolean) {
  const notes = [
    ...(assumed ? [assumedNote] : []),
    ...(listed ? [] : [`${name} is not listed: a multiplier of ${multiplier} is assumed.`]),
    ...computed,
  ];
  return notes.length > 0 ? notes.join(' ') : undefined;
}
