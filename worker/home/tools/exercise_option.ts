import type { exerciseOption } from '../../../shared/tools/exercise_option.ts';
import type { HomeTool } from './support/context.ts';
import { orderBy } from './support/orders.ts';

/** Answers `exercise_option`, which always waits for a confirmation. */
export const answerExercise: HomeTool<typeof exerciseOption.input, typeof exerciseOption.output> = (args, context) =>
  orderBy('exercise', args, context);
