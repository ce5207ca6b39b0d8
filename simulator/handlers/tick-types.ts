/** Tick types for live data, and the ones that replace them when the data is delayed. */
export const tickTypes = {
  live: {
    bidSize: 0,
    bid: 1,
    ask: 2,
    askSize: 3,
    last: 4,
    lastSize: 5,
    high: 6,
    low: 7,
    volume: 8,
    close: 9,
    open: 14,
    lastTime: 45,
    bidOption: 10,
    askOption: 11,
    lastOption: 12,
    modelOption: 13,
    bidYield: 50,
    askYield: 51,
  },
  delayed: {
    bidSize: 69,
    bid: 66,
    ask: 67,
    askSize: 70,
    last: 68,
    lastSize: 71,
    high: 72,
    low: 73,
    volume: 74,
    close: 75,
    open: 76,
    lastTime: 88,
    bidOption: 80,
    askOption: 81,
    lastOption: 82,
    modelOption: 83,
    bidYield: 103,
    askYield: 104,
  },
} as const;

export type TickTypes = (typeof tickTypes)[keyof typeof tickTypes];

/** Ticks that exist for live data only. */
export const liveOnlyTicks = { bidExchange: 32, askExchange: 33, lastExchange: 84, halted: 49, lastYield: 52 } as const;
