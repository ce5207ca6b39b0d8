import type { TradingRelay } from '../../../shared/orders/home-model.ts';
import { policyId } from '../../../shared/orders/policy.ts';
import { type Policy, policySchema } from '../../../shared/orders/policy-fields.ts';
import { effectAtHome } from './limit-effects.ts';
import { type FieldName, limitFields } from './limit-fields.ts';
import type { Trading } from './trading.ts';

/** Home's own limits as the dashboard shows and sets them. They come on top of those at home, and cannot lift any. */
export interface LimitsView {
  /** Names what is set, so that a form that was filled in before another change is noticed. */
  readonly id: string;
  /** How many are set. */
  readonly set: number;
  readonly fields: LimitField[];
  /** Why nothing was saved, beside what stands at fields. */
  readonly problem?: string;
}

export interface LimitField {
  readonly name: string;
  readonly label: string;
  readonly hint: string;
  readonly kind: 'names' | 'number' | 'flag' | 'choice';
  readonly options: readonly { readonly value: string; readonly label: string }[];
  /** As it stands in the form; of a flag `on` or empty. */
  readonly value: string;
  /** What each relay has set at home, and what that makes of the value here. */
  readonly notes: { readonly device: string; readonly text: string }[];
  readonly problem?: string;
}

/** What a relay does not name it does not measure, and no order of its could be judged by it. */
function offered(relays: readonly TradingRelay[], policy: Policy): FieldName[] {
  const named = new Set(relays.flatMap(({ status }) => status?.policyFields ?? []));
  const names = Object.keys(limitFields) as FieldName[];
  return names.filter((name) => named.has(name) || policy[name] !== undefined);
}

export function limitsView(
  { state: { policy, relays: known } }: Pick<Trading, 'state'>,
  given?: { readonly values: Readonly<Record<string, string>>; readonly problems: Readonly<Record<string, string>> },
): LimitsView {
  const relays = [...known.values()].filter(({ status }) => status !== undefined);
  const fields = offered(relays, policy).map((name): LimitField => {
    const { label, hint, kind, options = [], show } = limitFields[name];
    const problem = given?.problems[name];
    return {
      name,
      label,
      hint,
      kind,
      options,
      value: given ? (given.values[name] ?? '') : show(policy[name]),
      notes: relays.map(({ device, status }) => ({
        device,
        text: effectAtHome(name, policy[name], status),
      })),
      ...(problem === undefined ? {} : { problem }),
    };
  });
  return { id: policyId(policy), set: Object.values(policy).filter((value) => value !== undefined).length, fields };
}

/**
 * Sets the limits as they were filled in.
 * @param seen the `id` of what was shown when they were
 * @param by who set them, in words
 * @returns the form as it was filled in, with what is wrong; undefined when it is saved
 */
export function setLimits(
  trading: Trading,
  values: Readonly<Record<string, string>>,
  seen: string,
  by: string,
): LimitsView | undefined {
  const { policy, relays } = trading.state;
  if (seen !== policyId(policy)) {
    return {
      ...limitsView(trading),
      problem: 'The limits were changed elsewhere meanwhile. Here they are as they are now.',
    };
  }
  const names = offered([...relays.values()], policy);
  const problems: Record<string, string> = {};
  const next: Record<string, unknown> = {};
  for (const name of names) {
    const read = limitFields[name].read(values[name]?.trim() ?? '');
    if ('problem' in read) problems[name] = read.problem;
    else if (read.value !== undefined) next[name] = read.value;
  }
  const checked = policySchema.safeParse(next);
  if (!checked.success) {
    for (const { path } of checked.error.issues) problems[String(path[0])] ??= 'This value cannot be read.';
  }
  if (!checked.success || Object.keys(problems).length > 0) {
    const problem = 'Nothing was saved: look at what is marked below.';
    return { ...limitsView(trading, { values, problems }), problem };
  }
  trading.step({ type: 'policy', policy: checked.data, by });
  return undefined;
}
