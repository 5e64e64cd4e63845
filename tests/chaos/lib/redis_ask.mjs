// One command to a Redis or a Sentinel, over a connection of its own.
import { connect } from 'node:net';

/** The answer at `at` as text (an array: one line an element) and where the next one begins; null: not all of it is there. */
function parse(text, at) {
  const end = text.indexOf('\r\n', at);
  if (end < 0) return null;
  const line = text.slice(at + 1, end);
  const next = end + 2;
  switch (text[at]) {
    case '$': {
      const length = Number(line);
      if (length < 0) return { value: '', next };
      return text.length < next + length + 2 ? null : { value: text.slice(next, next + length), next: next + length + 2 };
    }
    case '*': {
      const values = [];
      let from = next;
      for (let left = Number(line); left > 0; --left) {
        const part = parse(text, from);
        if (!part) return null;
        values.push(part.value);
        from = part.next;
      }
      return { value: values.join('\n'), next: from };
    }
    case '-': throw new Error(line);
    default: return { value: line, next };
  }
}

/**
 * @param {number} port
 * @param {string[]} words
 * @returns {Promise<string>}
 */
export function ask(port, words, timeoutMs = 2_000) {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1' });
    const end = (how, value) => {
      socket.destroy();
      how(value);
    };
    // Lengths are of bytes: one character each.
    let text = '';
    socket.setTimeout(timeoutMs, () => end(reject, new Error(`${words[0]}: no answer within ${timeoutMs} ms`)));
    socket.on('error', (error) => end(reject, error));
    socket.on('close', () => end(reject, new Error(`${words[0]}: the connection ended`)));
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
      try {
        const answer = parse(text, 0);
        if (answer) end(resolve, answer.value);
      } catch (error) {
        end(reject, error);
      }
    });
    socket.write(`*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`);
  });
}
