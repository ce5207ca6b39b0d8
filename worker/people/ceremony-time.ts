/** How long a person may take over a ceremony, milliseconds. */
export const ceremonyMs = 5 * 60_000;
