import { ToolError } from '../../../shared/errors.ts';

/** Refuses a range of arguments, `min_…` and `max_…`, that nothing can be in. @throws ToolError `invalid_arguments` */
export function assertRange(name: string, min: number | undefined, max: number | undefined): void {
  if (min === undefined || max === undefined || min <= max) return;
  throw new ToolError({
    code: 'invalid_arguments',
    message: `min_${name} is above max_${name}.`,
    nextStep: 'Swap them.',
  });
}
