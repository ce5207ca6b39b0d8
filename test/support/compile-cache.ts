import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Lets the processes that a test file starts share what Node compiled: each then starts in half the time. */
export const compileCache = { NODE_COMPILE_CACHE: join(tmpdir(), `relay-compile-cache-${process.getuid?.() ?? 0}`) };
