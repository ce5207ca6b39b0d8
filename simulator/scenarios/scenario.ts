import { closest } from 'fastest-levenshtein';
import { z } from 'zod';
import { type ActionName, actionNames, actions } from '../actions/actions.ts';

const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

/** A length of world time, such as `500ms`, `10s`, `2m`, `1h` or `1d`, in milliseconds. */
export const duration = z
  .string()
  .regex(/^\d{1,9}(\.\d+)?(ms|s|m|h|d)$/, 'must be a number with ms, s, m, h or d, such as 10s')
  .transform((text) => Number.parseFloat(text) * units[text.replace(/^[\d.]+/, '') as keyof typeof units]);

const actionName = z.string().refine((name): name is ActionName => actionNames.includes(name as ActionName), {
  error: ({ input }) =>
    `${JSON.stringify(input)} is no action; did you mean ${closest(String(input), [...actionNames])}?`,
}) as z.ZodType<ActionName, string>;

const step = z
  .strictObject({
    /** World time after the step before it; at once when nothing is given. */
    after: duration.optional(),
    /** World time since the start of the scenario. */
    since: duration.optional(),
    /** A time of the day in New York, the next one to come: `23:45`. */
    at: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be a time such as 23:45')
      .optional(),
    /** Done again and again with so much world time in between. */
    every: duration.refine((milliseconds) => milliseconds >= 100, 'must be at least 100ms').optional(),
    /** How often a repeated step is done; for ever when left out. */
    times: z.number().int().min(1).optional(),
    do: actionName,
    with: z.record(z.string(), z.unknown()).default({}),
  })
  .superRefine((given, context) => {
    const moments = [given.after, given.since, given.at].filter((moment) => moment !== undefined);
    if (moments.length > 1) context.addIssue({ code: 'custom', message: 'only one of after, since and at' });
    if (given.times !== undefined && given.every === undefined) {
      context.addIssue({ code: 'custom', message: 'times goes with every' });
    }
    if (!actionNames.includes(given.do)) return;
    const { success, error } = actions[given.do].parameters.safeParse(given.with);
    if (!success)
      for (const { message, path } of error.issues)
        context.addIssue({ code: 'custom', message, path: ['with', ...path] });
  });

/** What happens to a gateway, and when. All times are of the simulated world. */
export const scenarioSchema = z.strictObject({
  name: z.string().min(1).max(100),
  description: z.string().max(1000).default(''),
  steps: z.array(step).min(1).max(1000),
});

export type Scenario = z.output<typeof scenarioSchema>;
export type ScenarioInput = z.input<typeof scenarioSchema>;
export type Step = Scenario['steps'][number];
