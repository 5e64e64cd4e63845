// What the tests of uploads share: people, files, and requests to addresses that somebody signed.
import assert from 'node:assert/strict';
import { ask, connect } from './clients.mjs';

export const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==', 'base64');

let count = 0;
export const fresh = (what) => `${what}${++count}`;

export async function account(server, name = fresh('user')) {
  const { status, json, headers } = await server.post('/api/auth/register', { username: name, password: 'correct horse battery' });
  assert.equal(status, 201);
  return { name, token: json.token, cookie: headers['set-cookie'][0].split(';')[0], setCookie: headers['set-cookie'][0] };
}

/** Fails unless the answer is a refusal with that status and code, in the form of all of them. */
export function refused(answer, status, code, field) {
  assert.deepEqual([answer.status, answer.json?.code, answer.json?.field], [status, code, field], answer.text);
  assert.match(answer.json.error, /^[A-Z'].*\.$/);
}

/** Stores a file through the server; its attachment. */
export async function upload(server, { token }, bytes = png, name = 'picture.png') {
  const stored = await server.post(`/api/uploads?name=${encodeURIComponent(name)}`, bytes, { token });
  assert.equal(stored.status, 201, stored.text);
  return stored.json.attachment;
}

/** A message with these files in that room, from a socket of its own; the message as it came back. */
export async function sendFiles(server, person, room, attachments, { password } = {}) {
  const socket = await connect(server, { token: person.token });
  await ask(socket, 'join', { name: person.name, room, password });
  const sent = await ask(socket, 'sendMessage', { text: '', attachments: attachments.map(({ id }) => id) });
  return { socket, id: sent.id };
}

/** Asks where a file may be put. */
export async function askForUpload(server, { token }, { name = 'picture.png', type = 'image/png', size = png.length } = {}) {
  const asked = await server.post('/api/uploads', { name, type, size }, { token });
  assert.equal(asked.status, 201, asked.text);
  return asked.json.upload;
}

/** Sends a signed request, with `changes` to it; the Response. Its address may be a path of the server's. */
export function sendSigned(server, request, body, changes = {}) {
  const { method, url, headers } = { ...request, ...changes };
  const kept = Object.fromEntries(Object.entries(headers).filter(([name]) => name.toLowerCase() !== 'content-length'));
  return fetch(new URL(url, server.url), { method, headers: kept, body, redirect: 'manual' });
}
