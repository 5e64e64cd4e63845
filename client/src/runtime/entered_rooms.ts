/** Which rooms somebody entered and left on this device. The server knows the memberships of an account, but neither a
 *  guest's rooms nor that an account does not want to see one here. */

import { fields, list, text } from '../protocol/parse';
import { local, readJson, writeJson } from './device_storage';

export interface EnteredRooms {
  /** In the order in which they were entered. */
  readonly entered: readonly string[];
  readonly left: readonly string[];
}

const keyOf = (author: string): string => `chillin.rooms.${author}`;

export function readEntered(author: string): EnteredRooms {
  const f = fields(readJson(local, keyOf(author)));
  return { entered: list(f?.entered, text), left: list(f?.left, text) };
}

export function writeEntered(author: string, room: string, what: 'entered' | 'left'): void {
  const { entered, left } = readEntered(author);
  const without = (names: readonly string[]): string[] => names.filter((name) => name !== room);
  writeJson(local, keyOf(author), what === 'entered'
    ? { entered: entered.includes(room) ? entered : [...entered, room], left: without(left) }
    : { entered: without(entered), left: [...without(left), room] });
}
