import { type Scenario, type ScenarioInput, scenarioSchema } from './scenario.ts';

const inputs: readonly ScenarioInput[] = [
  {
    name: 'daily-restart',
    description: 'Every night at 23:45 New York time: orders vanish for ten seconds, then two minutes of nothing.',
    steps: [
      {
        at: '23:45',
        every: '1d',
        do: 'add-rule',
        with: { on: 'in', message: 'placeOrder', do: 'ignore', times: 'always' },
      },
      { after: '10s', every: '1d', do: 'go-down' },
      { after: '2m', every: '1d', do: 'clear-rules' },
      { every: '1d', do: 'come-up' },
    ],
  },
  {
    name: 'forgetful-restart',
    description: 'Orders vanish for ten seconds; the gateway comes back after one minute with its order ids forgotten.',
    steps: [
      { do: 'add-rule', with: { on: 'in', message: 'placeOrder', do: 'ignore', times: 'always' } },
      { after: '10s', do: 'go-down' },
      { after: '1m', do: 'clear-rules' },
      { do: 'forget-order-ids' },
      { do: 'come-up' },
    ],
  },
  {
    name: 'own-mind',
    description: 'Perm ids come late, IB fills fields in, a preset makes orders good till cancelled.',
    steps: [{ do: 'set-order-faults', with: { permIdLater: true, fillsFields: true, presetTif: 'GTC' } }],
  },
  {
    name: 'first-window',
    description: 'The first order waits two minutes in a window, those behind it are dropped; then it goes live.',
    steps: [{ do: 'open-window' }, { after: '2m', do: 'answer-window' }],
  },
  {
    name: 'bad-weekend',
    description:
      'Farms break one after the other, the broker is gone for half an hour, and data has to be asked for again.',
    steps: [
      { do: 'set-farm', with: { farm: 'ushmds', state: 'broken' } },
      { after: '10s', do: 'set-farm', with: { farm: 'usfarm.nj', state: 'broken' } },
      { after: '10s', do: 'set-farm', with: { farm: 'secdefnj', state: 'broken' } },
      { after: '1m', do: 'lose-connection' },
      { after: '30m', do: 'set-farm', with: { farm: 'secdefnj', state: 'ok' } },
      { do: 'set-farm', with: { farm: 'usfarm.nj', state: 'ok' } },
      { do: 'set-farm', with: { farm: 'ushmds', state: 'inactive' } },
      { do: 'restore-connection', with: { dataLost: true } },
    ],
  },
  {
    name: 'farm-flaps',
    description: 'A farm of quotes and one of history break for five seconds, every half minute.',
    steps: [
      { every: '30s', do: 'set-farm', with: { farm: 'usfarm.nj', state: 'broken' } },
      { every: '30s', do: 'set-farm', with: { farm: 'ushmds', state: 'broken' } },
      { after: '5s', every: '30s', do: 'set-farm', with: { farm: 'usfarm.nj', state: 'ok' } },
      { every: '30s', do: 'set-farm', with: { farm: 'ushmds', state: 'ok' } },
    ],
  },
  {
    name: 'two-factor',
    description: 'The gateway waits three minutes for somebody’s phone, then lets clients in.',
    steps: [
      { do: 'set-faults', with: { handshake: 'ignore' } },
      { do: 'drop-connections' },
      { after: '3m', do: 'set-faults', with: { handshake: 'answer' } },
      // Those that were left waiting have to come again, as with a real gateway.
      { do: 'drop-connections' },
    ],
  },
  {
    name: 'competing-session',
    description: 'Somebody opens the phone app for a minute.',
    steps: [
      { do: 'competing-session', with: { on: true } },
      { after: '1m', do: 'competing-session', with: { on: false } },
    ],
  },
  {
    name: 'lost-connection',
    description: '1100; a minute later 1102; then again, and this time data is lost: 1101.',
    steps: [
      { do: 'lose-connection' },
      { after: '1m', do: 'restore-connection', with: { dataLost: false } },
      { after: '1m', do: 'lose-connection' },
      { after: '1m', do: 'restore-connection', with: { dataLost: true } },
    ],
  },
  {
    name: 'order-chaos',
    description: 'What happens to orders is told twice, late, out of order, or not at all.',
    steps: [
      { do: 'add-rule', with: { on: 'out', message: 'orderStatus', do: 'reorder', by: 2, nth: 2, times: 'always' } },
      { do: 'add-rule', with: { on: 'out', message: 'openOrder', do: 'duplicate', times: 'always' } },
      { do: 'add-rule', with: { on: 'out', message: 'executionDetails', do: 'duplicate', times: 'always' } },
      { do: 'add-rule', with: { on: 'out', message: 'commissionReport', do: 'delay', ms: 2000, times: 'always' } },
    ],
  },
  {
    name: 'slow-link',
    description: 'Four thousand bytes a second in small pieces.',
    steps: [{ do: 'set-link', with: { bytesPerSecond: 4000, segments: 'random' } }],
  },
  {
    name: 'no-permissions',
    description: 'The login may see no quotes and no history, and the account may trade nothing.',
    steps: [
      {
        do: 'add-rule',
        with: {
          on: 'in',
          message: 'reqMktData',
          do: 'error',
          code: 354,
          text: 'Requested market data is not subscribed.',
          times: 'always',
        },
      },
      {
        do: 'add-rule',
        with: {
          on: 'in',
          message: 'reqHistoricalData',
          do: 'error',
          code: 162,
          text: 'Historical Market Data Service error message:No market data permissions',
          times: 'always',
        },
      },
      {
        do: 'add-rule',
        with: {
          on: 'in',
          message: 'placeOrder',
          do: 'error',
          code: 460,
          text: 'No trading permissions.',
          times: 'always',
        },
      },
    ],
  },
  {
    name: 'never-answers',
    description: 'Clients can log in, and then nothing is ever answered.',
    steps: [
      {
        do: 'add-rule',
        with: {
          on: 'in',
          message: [
            'reqMktData',
            'reqHistoricalData',
            'reqContractDetails',
            'reqExecutions',
            'reqOpenOrders',
            'reqAllOpenOrders',
            'reqPositions',
            'reqAccountSummary',
            'reqCurrentTime',
            'placeOrder',
          ],
          do: 'ignore',
          times: 'always',
        },
      },
    ],
  },
];

/** The scenarios that come with the gateway, by name. */
export const readyMade: ReadonlyMap<string, Scenario> = new Map(
  inputs.map((input) => [input.name, scenarioSchema.parse(input)]),
);
