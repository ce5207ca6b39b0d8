/** One hop. `detail` is a sentence; a failed hop has a `nextStep` for the human. */
export interface Check {
  readonly name: string;
  readonly state: 'ok' | 'failed' | 'skipped';
  readonly detail: string;
  readonly nextStep?: string;
}
