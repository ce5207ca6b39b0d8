import { type FarmName, type FarmState, farmMessage, type SystemMessage } from '../faults/farms.ts';
import { texts } from '../faults/outages.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { World } from '../world/world.ts';
import type { Dispatcher } from './dispatcher.ts';

const noId = -1;

/** The gateway's connections to the broker: what breaks and comes back, and what clients are told of it. */
export class Connectivity {
  readonly #world: World;
  readonly #dispatcher: Dispatcher;
  readonly #sessions: () => readonly ClientSession[];

  constructor(world: World, dispatcher: Dispatcher, sessions: () => readonly ClientSession[]) {
    this.#world = world;
    this.#dispatcher = dispatcher;
    this.#sessions = sessions;
  }

  /** 1100: nothing comes from the broker any more, and nothing reaches it. Said again when it is so already. */
  lose(): void {
    this.#world.faults.outages.lost = true;
    this.#tell(texts.lost);
  }

  /** 1101 when streams of quotes have to be asked for again, otherwise 1102. Orders given meanwhile go out now. */
  restore({ dataLost }: { readonly dataLost: boolean }): void {
    this.#world.faults.outages.lost = false;
    if (dataLost) this.#dispatcher.gate.dropQuotes(this.#sessions());
    this.#tell(dataLost ? texts.restoredDataLost : texts.restoredDataKept);
    this.#dispatcher.resume();
  }

  /** 2103, 2105, 2157 for a farm that breaks, 2107 and 2108 for one that is idle, 2104, 2106, 2158 for one that is back. */
  farm(name: FarmName, state: FarmState): void {
    this.#world.faults.outages.setFarm(name, state);
    this.#tell(farmMessage(name, state));
    if (state !== 'broken') this.#dispatcher.resume();
  }

  /** 10197 for every stream and no quotes while it is on; without a word they come again when it is off. */
  competingSession(on: boolean): void {
    this.#world.faults.outages.competingSession = on;
    if (on) for (const session of this.#sessions()) this.#dispatcher.gate.announceCompetition(session);
    else this.#dispatcher.resume();
  }

  /** Everything is connected again, and nobody is told. */
  clear(): void {
    this.#world.faults.outages.clear();
    this.#dispatcher.resume();
  }

  #tell({ code, text }: SystemMessage): void {
    for (const session of this.#sessions()) session.sendError(noId, code, text);
  }
}
