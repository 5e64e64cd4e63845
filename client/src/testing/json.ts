/** Any JSON value, with a liking for what a parser may stumble over. */

import type { Random } from './random';

const STRINGS = [
  '', ' ', 'a', 'admin', 'room', '__proto__', 'constructor', 'toString', 'online', 'null', '0', '-1', '2026-11-23T10:00:00.000Z', 'yesterday',
  '+275760-09-13T00:00:00.000Z', '\u0000', '\ud800', '\u202e', '😀', 'x'.repeat(2_000), '/api/uploads/1', '//evil.example', 'javascript:alert(1)', '<img src=x>',
];
const NUMBERS = [0, -0, 1, -1, 2, 0.5, 1e21, -1e21, 1e308, Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER + 1, 2 ** 31, -(2 ** 53)];

export function randomJson(random: Random, names: readonly string[], depth = 3): unknown {
  const kind = random.below(depth > 0 ? 8 : 5);
  switch (kind) {
    case 0: return null;
    case 1: return random.chance(0.5);
    case 2: return random.pick(NUMBERS);
    case 3:
    case 4: return random.pick(STRINGS);
    case 5: return Array.from({ length: random.below(4) }, () => randomJson(random, names, depth - 1));
    default: {
      // By way of text, as it comes from the wire: there "__proto__" is a field like any other.
      const members = Array.from({ length: random.below(8) }, () => {
        const name = random.chance(0.9) ? random.pick(names) : random.pick(STRINGS);
        return `${JSON.stringify(name)}:${JSON.stringify(randomJson(random, names, depth - 1))}`;
      });
      return JSON.parse(`{${members.join(',')}}`);
    }
  }
}
