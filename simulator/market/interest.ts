/** The continuously compounded interest rate that options and futures are priced with. */
export const INTEREST_RATE = 0.04;
