// The tests of the chat once more, on PostgreSQL instead of the embedded storage.
import { withoutPostgres } from './lib/postgres.mjs';

if (!withoutPostgres) {
  process.env.CHILLIN_STORAGE = 'postgres';
  for (const file of ['chat_people', 'chat_accounts', 'chat_kill9', 'chat_property']) await import(`./${file}.test.mjs`);
}
