/** What the server demands of names, passwords and the rest (docs/protocol.md), so that most mistakes are told before anything is sent.
 *  Each check gives the id of the text that says what is wrong, or null. */

export type Check = (typed: string) => string | null;

const MAX_PASSWORD_BYTES = 1024;
const MAX_EMAIL_BYTES = 254;

/** As the server sees a name: trimmed, lower-cased, NFC. */
export function normalised(name: string): string {
  return name.trim().toLowerCase().normalize('NFC');
}

/** As the server counts. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count += 1;
  return count;
}

const bytes = (text: string): number => new TextEncoder().encode(text).length;

// They show nothing and make two names look alike, or turn the direction of what follows.
export const INVISIBLE = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/u; // eslint-disable-line no-control-regex

function nameBetween(least: number, most: number, lengthText: string): Check {
  return (typed) => {
    const name = normalised(typed);
    if (name === '') return 'entrance-name-missing';
    const length = codePoints(name);
    if (length < least || length > most) return lengthText;
    return INVISIBLE.test(name) ? 'entrance-name-invisible' : null;
  };
}

export const checkAccountName = nameBetween(3, 20, 'entrance-name-length');
export const checkGuestName = nameBetween(1, 20, 'entrance-guest-name-length');

/** For signing in: whatever the name is, it was good enough when it was registered. */
export const checkKnownName: Check = (typed) => (normalised(typed) === '' ? 'entrance-name-missing' : null);
export const checkKnownPassword: Check = (typed) => (typed === '' ? 'entrance-password-missing' : null);

export const checkNewPassword: Check = (typed) => {
  if (typed === '') return 'entrance-password-missing';
  if (codePoints(typed) < 6) return 'entrance-password-short';
  return bytes(typed) > MAX_PASSWORD_BYTES ? 'entrance-password-long' : null;
};

/** It may be left out. */
export const checkEmail: Check = (typed) => {
  const email = typed.trim();
  if (email === '') return null;
  const plain = /^[^\s@]+@[^\s@]+$/u.test(email);
  return plain && bytes(email) <= MAX_EMAIL_BYTES ? null : 'entrance-email-wrong';
};
