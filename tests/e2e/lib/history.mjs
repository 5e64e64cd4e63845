// What the server knows of a room, over REST and over Socket.IO.
import { ask, close, connect } from '../../integration/lib/clients.mjs';

/** Every message of the room, oldest first, page by page. */
export async function historyOf(server, room, { token } = {}) {
  const all = [];
  for (let before; ;) {
    const { status, json } = await server.get(`/api/rooms/${encodeURIComponent(room)}/messages?limit=200${before ? `&before=${before}` : ''}`, { token });
    if (status !== 200) throw new Error(`history of ${room}: ${status} ${JSON.stringify(json)}`);
    all.unshift(...json.messages);
    if (!json.hasMore || json.messages.length === 0) return all;
    before = json.messages[0].seq;
  }
}

/** Somebody in the room without a page: `say(text)` resolves when the server has it; `socket` is the official client's. */
export async function visitor(server, room, name, { token, ...options } = {}) {
  const socket = await connect(server, { token, ...options });
  await ask(socket, 'join', { name, room });
  return {
    socket,
    say: (text, more = {}) => ask(socket, 'sendMessage', { text, room, tempId: `${name}-${Math.random()}`, ...more }),
    leave: () => close(socket),
  };
}

/** Sends `count` messages, `textOf(i)` each, many in flight but in order; resolves when the server has all of them. */
export async function seed(server, room, count, textOf, { name = 'seeder' } = {}) {
  const one = await visitor(server, room, name);
  const inFlight = 200;
  for (let at = 0; at < count; at += inFlight) {
    const many = Array.from({ length: Math.min(inFlight, count - at) }, (_, i) => one.say(textOf(at + i)));
    await Promise.all(many);
  }
  one.leave();
}
