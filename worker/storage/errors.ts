/** Why an object’s storage cannot serve: what a person who runs this server has to know. */
export type StorageProblem = 'storage_newer' | 'storage_full';

/** A refusal of storage. `code` and `message` survive the way from one object to another; the class does not. */
export class StorageError extends Error {
  readonly code: StorageProblem;

  constructor(code: StorageProblem, message: string) {
    super(message);
    this.code = code;
  }
}

/** Whether that was thrown by storage, here or in another object. */
export function isStorageError(thrown: unknown): thrown is StorageError {
  const code = (thrown as { code?: unknown } | null)?.code;
  return thrown instanceof Error && (code === 'storage_newer' || code === 'storage_full');
}
