/** The continuously compounded interest rate that options and futures are priced with. */
export const interestRate = 0.04;
