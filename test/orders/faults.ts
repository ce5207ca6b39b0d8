import type { Fault } from './fault.ts';
import { copyFaults } from './faults-copies.ts';
import { gatewayFaults } from './faults-gateway.ts';
import { machineFaults } from './faults-machine.ts';
import { processFaults } from './faults-processes.ts';

/** Everything that a schedule of real processes can meet. */
export const faults: readonly Fault[] = [...processFaults, ...gatewayFaults, ...copyFaults, ...machineFaults];
