import { describe, expect, it } from 'vitest';
import { farmOf } from './farms.ts';

describe('farmOf', () => {
  it.each([
    [2104, 'Market data farm connection is OK:usfarm.nj', 'usfarm.nj', 'ok'],
    [2103, 'Market data farm connection is broken:usfuture', 'usfuture', 'broken'],
    [2107, 'HMDS data farm connection is inactive but should be available upon demand.ushmds', 'ushmds', 'inactive'],
    [
      2108,
      'Market data farm connection is inactive but should be available upon demand.usfarm.nj',
      'usfarm.nj',
      'inactive',
    ],
    [2119, 'Market data farm is connecting:cashfarm ', 'cashfarm', 'inactive'],
  ])('%i %s', (code, text, name, state) => {
    expect(farmOf(code, text)).toEqual({ name, state });
  });

  it.each([
    [2104, 'Market data farm connection is OK'],
    [2110, 'Connectivity between Trader Workstation and server is broken. It will be restored automatically:x'],
  ])('%i %s names no farm', (code, text) => {
    expect(farmOf(code, text)).toBeUndefined();
  });
});
