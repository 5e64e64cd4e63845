/** The same as rules.ts for rooms; a file of its own, because whoever signs in does not need it yet. */

import { codePoints, INVISIBLE, normalised, type Check } from './rules';

export const MAX_DESCRIPTION = 200;

export const checkRoomName: Check = (typed) => {
  const name = normalised(typed);
  if (name === '') return 'rooms-name-missing';
  if (codePoints(name) > 30) return 'rooms-name-long';
  return INVISIBLE.test(name) ? 'entrance-name-invisible' : null;
};

export const checkDescription: Check = (typed) =>
  codePoints(typed.trim().normalize('NFC')) > MAX_DESCRIPTION ? 'rooms-description-long' : null;
