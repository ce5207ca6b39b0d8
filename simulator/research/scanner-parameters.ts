import { scanFilters, stockTypes } from './scan-filters.ts';
import { type ScanFamily, scanInstruments, scanLocations } from './scan-locations.ts';
import { scanTypes } from './scan-types.ts';
import { leaves, parent } from './xml.ts';

const unlimited = 2147483647;
const ratings = ['AAA', 'AA', 'A', 'BBB', 'BB', 'B', 'CCC', 'CC', 'C', 'D'];

/** The columns a scan's table has besides its own. */
const columnNames: readonly (readonly [id: number, name: string])[] = [
  [7635, 'Last'],
  [7682, 'Change'],
  [7683, 'Change (%)'],
  [7684, 'Bid'],
  [7686, 'Ask'],
  [7762, 'Volume'],
];

function instrumentList(varName: string): string {
  const filtersOf = (family: ScanFamily): string =>
    scanFilters
      .filter(({ families }) => families.includes(family))
      .map(({ id }) => id)
      .join(',');
  return parent(
    'InstrumentList',
    { varName },
    scanInstruments.map(({ name, type, family, shortName }) =>
      parent(
        'Instrument',
        {},
        leaves({
          name,
          type,
          filters: filtersOf(family),
          group: family === 'stocks' ? 'STK.GLOBAL' : `${type.split('.')[0]}.GLOBAL`,
          shortName,
          cloudScanNotSupported: false,
        }),
      ),
    ),
  );
}

function locationTree(above: string | undefined): string {
  const children = scanLocations.filter((location) => location.parent === above);
  if (children.length === 0) return '';
  return parent(
    'LocationTree',
    { varName: 'locationTree' },
    children.map(({ code, name, instruments, exchanges }) =>
      parent('Location', {}, [
        ...leaves({
          displayName: name,
          locationCode: code,
          instruments: instruments.join(','),
          routeExchange: exchanges.join(';'),
          delayedOnly: false,
          access: 'unrestricted',
        }),
        locationTree(code),
      ]),
    ),
  );
}

function columns(ownName: string): string {
  const all: readonly (readonly [number, string])[] = [...columnNames, [7700 + ownName.length, ownName]];
  return parent('Columns', { varName: 'columns' }, [
    ...all.map(([colId, name], order) =>
      parent('Column', {}, leaves({ colId, name, display: true, displayType: 'DATA', order, sortable: true })),
    ),
  ]);
}

function scanTypeList(): string {
  return parent(
    'ScanTypeList',
    { varName: 'scanTypeList' },
    scanTypes.map(({ code, name, families }) =>
      parent('ScanType', {}, [
        ...leaves({
          displayName: name,
          scanCode: code,
          instruments: scanInstruments
            .filter(({ family }) => families.includes(family))
            .map(({ type }) => type)
            .join(','),
          absoluteColumns: false,
        }),
        columns(name),
        ...leaves({
          supportsSorting: true,
          respSizeLimit: unlimited,
          snapshotSizeLimit: unlimited,
          searchDefault: code === 'TOP_PERC_GAIN',
          access: 'unrestricted',
        }),
      ]),
    ),
  );
}

const comboValues = (id: string): readonly string[] =>
  id === 'STKTYPE' ? stockTypes.map((type) => `inc:${type}`) : ratings;

function abstractField(id: string, type: string, varName: string, code: string, displayName: string): string {
  const isCombo = type === 'Combo';
  return parent('AbstractField', { type: `scanner.filter.${type}Field`, varName }, [
    ...leaves({
      code,
      displayName,
      dontAllowClearAll: false,
      abbrev: displayName,
      acceptNegatives: /change|gap/i.test(code),
      dontAllowNegative: !/change|gap/i.test(code),
      skipNotEditableField: false,
      master: false,
      narrowField: false,
    }),
    isCombo
      ? parent(
          'ComboValues',
          { varName: 'comboValues' },
          comboValues(id).map((value) =>
            parent('ComboValue', {}, leaves({ code: value, displayName: value.replace('inc:', ''), default: false })),
          ),
        )
      : '',
  ]);
}

function filterList(varName: string): string {
  return parent(
    'FilterList',
    { varName },
    scanFilters.map(({ id, name, category, field, above, below }) => {
      const head = leaves({ id, category, histogram: field === 'Double', access: 'unrestricted' });
      if (below === undefined)
        return parent('SimpleFilter', {}, [...head, abstractField(id, field, 'value', above, name)]);
      return parent('RangeFilter', {}, [
        ...head,
        abstractField(id, field, 'min', above, `${name} Above`),
        abstractField(id, field, 'max', below, `${name} Below`),
      ]);
    }),
  );
}

let written: string | undefined;

/** The document that tells clients what can be scanned for: instruments, locations, scan types and filters. */
export function scannerParameters(): string {
  written ??=
    '<?xml version="1.0" encoding="UTF-8"?>' +
    parent('ScanParameterResponse', {}, [
      instrumentList('instrumentList'),
      locationTree(undefined),
      scanTypeList(),
      parent('SettingList', { varName: 'settingList' }, []),
      filterList('filterList'),
      parent('ScannerLayoutList', { varName: 'scannerLayoutList' }, []),
      instrumentList('fullInstrumentList'),
      filterList('uiFilters'),
    ]);
  return written;
}
