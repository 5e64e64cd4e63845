// The commands of a document, and the answers that stand below them.
//
//   blocksOf('docs/api.md')   // [{ line, commands, answer?: { language, text } }], in order: the ```sh blocks
//   explain(expected, actual) // where an answer is not what the document says; null if it is
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const checkout = fileURLToPath(new URL('../../..', import.meta.url));

/** A ```json or ```text block directly below a ```sh block is what its commands print. */
export function blocksOf(document) {
  const blocks = [];
  let open = null;
  let lastEnd = -1;
  for (const [index, line] of readFileSync(path.join(checkout, document), 'utf8').split('\n').entries()) {
    const fence = line.match(/^```(\w*)$/);
    if (!fence) {
      open?.lines.push(line);
    } else if (open === null) {
      open = { language: fence[1], start: index, lines: [] };
    } else {
      const text = open.lines.join('\n');
      if (open.language === 'sh') blocks.push({ line: open.start + 1, commands: text });
      else if (open.start === lastEnd + 1 && blocks.length > 0 && !blocks.at(-1).answer) blocks.at(-1).answer = { language: open.language, text };
      lastEnd = index;
      open = null;
    }
  }
  return blocks;
}

/** Figures that are others each time. */
const measured = new Set(['uptimeSeconds', 'latencyMs']);

/** "…" in what a document says stands for anything. */
const fits = (pattern, text) => new RegExp(`^${pattern.split('…').map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')).join('.*')}$`, 's').test(text);

/** Same fields, same types, same values; null, or a sentence that says where not. */
export function explain(expected, actual, where = 'the answer') {
  if (typeof expected === 'string' && typeof actual === 'string') return fits(expected, actual) ? null : `${where} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`;
  if (typeof expected !== typeof actual || Array.isArray(expected) !== Array.isArray(actual) || expected === null || actual === null || typeof expected !== 'object') {
    if (typeof expected === 'number' && typeof actual === 'number' && measured.has(where.split('.').at(-1))) return null;
    return expected === actual ? null : `${where} is ${JSON.stringify(actual)}, not ${JSON.stringify(expected)}`;
  }
  const keys = (value) => Object.keys(value).sort().join(', ');
  if (keys(expected) !== keys(actual)) return `${where} has the fields ${keys(actual)}, not ${keys(expected)}`;
  for (const key of Object.keys(expected)) {
    const fault = explain(expected[key], actual[key], `${where}.${key}`);
    if (fault) return fault;
  }
  return null;
}

/** explain() for a block and what it printed. */
export function explainBlock({ answer }, printed) {
  if (answer.language === 'text') return fits(answer.text, printed) ? null : `it printed\n${printed}\nnot\n${answer.text}`;
  try {
    return explain(JSON.parse(answer.text), JSON.parse(printed));
  } catch {
    return `it printed no JSON: ${printed}`;
  }
}
