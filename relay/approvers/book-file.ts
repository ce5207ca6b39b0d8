import { readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { fingerprintSchema, maxApprovers, maxPinned, offeredKeySchema } from '../../shared/approvers/offer.ts';
import { writeFileAtomic } from '../files.ts';
import { parseJson } from '../json.ts';
import { type ApproverBook, emptyBook, maxUnpinned } from './book.ts';

const instant = z.int().min(0);
const home = z.string().max(64);

const bookSchema = z.strictObject({
  version: z.literal(1),
  home: home.optional(),
  list: z.string().max(64).optional(),
  offered: z.array(offeredKeySchema).max(maxApprovers),
  pinned: z
    .array(
      offeredKeySchema.pick({ id: true, publicKey: true, name: true, party: true }).extend({
        home,
        counter: z.int().min(0),
        since: instant,
        vouchedBy: fingerprintSchema.optional(),
        revokedAt: instant.optional(),
      }),
    )
    .max(maxPinned),
  unpinned: z.array(fingerprintSchema).max(maxUnpinned),
});

/** The file of keys that approve cannot be used; the message says what to do. */
export class BookFileError extends Error {}

/** Keeps the book; `save` returns when it is safe. */
export interface BookStore {
  /** @throws {BookFileError} when there is one that cannot be read: then nothing is pinned, and nothing is written over it */
  load(): ApproverBook;
  /** @throws {FileError} */
  save(book: ApproverBook): void;
}

/**
 * The book as a file of its own, of mode 0600, replaced as a whole. It is not in the journal of orders, which a relay that
 * only reads does not have, and whose loss or restoration should neither pin a key nor lose one.
 */
export function bookFileIn(dataDir: string): BookStore {
  const path = join(dataDir, 'approvers.json');
  return {
    load() {
      let text: string;
      try {
        text = readFileSync(path, 'utf8');
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException;
        if (code === 'ENOENT') return emptyBook;
        throw new BookFileError(`The keys that approve orders cannot be read (${basename(path)}: ${code}).`);
      }
      const { data } = bookSchema.safeParse(parseJson(text));
      if (data) return data;
      throw new BookFileError(
        `${basename(path)} in the data folder is damaged, or of a newer relay, so no key approves orders. Move it away and pin the keys again: approvers list`,
      );
    },
    save(book) {
      writeFileAtomic(path, JSON.stringify({ version: 1, ...book }));
    },
  };
}
