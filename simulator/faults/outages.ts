import { type FarmName, type FarmState, farmMessage, farmNames, type SystemMessage } from './farms.ts';

export const texts = {
  lost: { code: 1100, text: 'Connectivity between IBKR and Trader Workstation has been lost.' },
  restoredDataLost: {
    code: 1101,
    text: 'Connectivity between IBKR and Trader Workstation has been restored - data lost.',
  },
  restoredDataKept: {
    code: 1102,
    text: 'Connectivity between IBKR and Trader Workstation has been restored - data maintained.',
  },
  broken: {
    code: 2110,
    text: 'Connectivity between Trader Workstation and server is broken. It will be restored automatically.',
  },
  competing: { code: 10197, text: 'No market data during competing live session' },
  history: {
    code: 162,
    text: 'Historical Market Data Service error message:HMDS server disconnect occurred.  Attempting reconnection...',
  },
} as const satisfies Record<string, SystemMessage>;

/** Which connections of the gateway to the broker are down. Changing them says nothing to anybody. */
export class Outages {
  /** The gateway has lost the broker altogether: 1100. */
  lost = false;
  /** Another session of the same user takes the market data. */
  competingSession = false;
  readonly #farms = new Map<FarmName, FarmState>();

  farm(name: FarmName): FarmState {
    return this.#farms.get(name) ?? 'ok';
  }

  setFarm(name: FarmName, state: FarmState): void {
    this.#farms.set(name, state);
  }

  clear(): void {
    this.lost = false;
    this.competingSession = false;
    this.#farms.clear();
  }

  /** True when nothing comes from this farm. */
  cuts(farm: FarmName): boolean {
    return this.lost || this.farm(farm) === 'broken';
  }

  /** What a client hears right after it has started. */
  greeting(): SystemMessage[] {
    return this.lost ? [texts.broken] : farmNames.map((farm) => farmMessage(farm, this.farm(farm)));
  }
}
