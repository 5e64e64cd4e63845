// The chat's events on socket.io and Node, in memory, as one would write them for a chat that forgets everything at its end:
// no database, no authentication, no rate limit. It is the comparison of bench/run, not a way to run the chat.
//
//   node server.mjs --port 5000 [--host 127.0.0.1]
import { createServer } from 'node:http';
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { Server } from 'socket.io';

const { values } = parseArgs({ options: { port: { type: 'string' }, host: { type: 'string', default: '127.0.0.1' } } });
const HISTORY = 50;
const MAX_LENGTH = 500;

/** name → { seq, messages, users: Map<socketId, { id, name, room }>, names: Set<name> } */
const rooms = new Map();

function roomOf(name) {
  let room = rooms.get(name);
  if (!room) {
    room = { seq: 0, messages: [], users: new Map(), names: new Set() };
    rooms.set(name, room);
  }
  return room;
}

const http = createServer();
const io = new Server(http);

io.on('connection', (socket) => {
  let user = null;

  const sendRoomData = (room) => io.to(user.room).emit('roomData', { room: user.room, users: [...room.users.values()] });

  socket.on('join', (payload, ack) => {
    const name = String(payload?.name ?? '').trim().toLowerCase();
    const roomName = String(payload?.room ?? '').trim().toLowerCase();
    if (!name || !roomName || user) return ack?.('Name and room are required.', { code: 'INVALID_PAYLOAD' });
    const room = roomOf(roomName);
    if (room.names.has(name)) return ack?.('That name is taken.', { code: 'NAME_TAKEN' });
    user = { id: socket.id, name, room: roomName };
    room.users.set(socket.id, user);
    room.names.add(name);
    socket.join(roomName);
    socket.emit('messageHistory', { room: roomName, seq: room.seq, messages: room.messages, hasMore: room.seq > HISTORY });
    socket.emit('message', { user: 'admin', text: `${name}, welcome to ${roomName}.`, timestamp: new Date().toISOString() });
    socket.to(roomName).emit('message', { user: 'admin', text: `${name} has joined.`, timestamp: new Date().toISOString() });
    sendRoomData(room);
    ack?.(null, { room: roomName, seq: room.seq });
  });

  socket.on('sendMessage', (payload, ack) => {
    const text = (typeof payload === 'string' ? payload : String(payload?.text ?? '')).trim();
    if (!user) return ack?.('Join a room first.', { code: 'NOT_IN_ROOM' });
    if (!text) return ack?.('The message is empty.', { code: 'MESSAGE_EMPTY' });
    if (text.length > MAX_LENGTH) return ack?.('The message is too long.', { code: 'MESSAGE_TOO_LONG' });
    const room = rooms.get(user.room);
    const message = {
      id: randomUUID(), room: user.room, seq: ++room.seq, user: user.name, text, timestamp: new Date().toISOString(),
    };
    room.messages.push(message);
    if (room.messages.length > HISTORY) room.messages.shift();
    io.to(user.room).emit('message', message);
    const { id, seq, timestamp } = message;
    socket.emit('messageConfirmed', { tempId: payload?.tempId, id, timestamp, room: user.room, seq });
    ack?.(null, { id, seq, timestamp, room: user.room });
  });

  socket.on('disconnect', () => {
    if (!user) return;
    const room = rooms.get(user.room);
    room.users.delete(socket.id);
    room.names.delete(user.name);
    if (room.users.size === 0) return rooms.delete(user.room);
    socket.to(user.room).emit('message', { user: 'admin', text: `${user.name} has left.`, timestamp: new Date().toISOString() });
    sendRoomData(room);
  });
});

http.listen(Number(values.port), values.host, 4096, () => {
  console.log(`socket.io ${values.host}:${values.port}`);
});
