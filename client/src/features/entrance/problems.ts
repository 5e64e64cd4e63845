/** Where a refusal of the server belongs: beside a field, or above the form. */

import type { Failure } from '../../protocol/types';

export interface Placed<F extends string> {
  readonly field: F;
  /** Id of the text. */
  readonly text: string;
}

/** For each field that the server may name: which field of the form that is, and what to say. */
export type FieldTexts<F extends string> = Readonly<Record<string, Placed<F>>>;
/** The same for codes that say which field it is by themselves. */
export type CodeTexts<F extends string> = Readonly<Partial<Record<Failure['code'], Placed<F>>>>;

/** null: it belongs to no field. */
export function place<F extends string>(failure: Failure, codes: CodeTexts<F>, fields: FieldTexts<F>): Placed<F> | null {
  const byCode = codes[failure.code];
  if (byCode !== undefined) return byCode;
  // A refusal that is about time or the network is not about the field, whatever it names.
  if (failure.code !== 'INVALID_PAYLOAD' || failure.field === null) return null;
  return fields[failure.field] ?? null;
}

/** Whether the same may work if it is simply tried again. */
export function worthRetrying(failure: Failure): boolean {
  return failure.code === 'NETWORK' || failure.code === 'UNAVAILABLE' || failure.code === 'INTERNAL';
}

const TEXTS: Readonly<Partial<Record<Failure['code'], string>>> = {
  NETWORK: 'entrance-problem-network',
  UNAVAILABLE: 'entrance-problem-unavailable',
  INTERNAL: 'entrance-problem-internal',
  AUTH_REQUIRED: 'entrance-problem-account-needed',
  AUTH_FAILED: 'entrance-auth-failed',
  FORBIDDEN: 'rooms-problem-forbidden',
  BANNED: 'rooms-problem-banned',
  ROOM_NOT_FOUND: 'rooms-problem-room-gone',
};

/** Id of the text for a form; null where only the server's own sentence is left. */
export function problemText(failure: Failure): string | null {
  return TEXTS[failure.code] ?? null;
}
