/** The one place where what came from outside is looked at with suspicion. A parser returns null for what it does not
 *  understand, takes the fields that it knows and ignores the rest: a newer server must not break an older client. */

export { count, fields, list, parseFailure, parseRoomInfo, parseUser, text, time } from './parse_basics';
export * from './parse_message';
