#include "storage/postgres/verify_pq.h"

namespace chillin::storage::postgres {

namespace {

struct Check {
  const char* finds;
  const char* sql;  // one column: what is wrong
};

// Every seq of a room was taken by one change. Those that are still to be seen: a message's creation, its last change,
// the edits that are kept and the reactions that stand. The others (taken-back reactions, edits of a deleted message)
// left no trace, so holes can only be counted as a bound: no visible seq twice, none above the counter, the last change
// visible.
constexpr Check kChecks[] = {
    {"a room's counter is not the seq of its last change",
     "SELECT r.name || ': counter ' || r.seq || ', last change ' || m.last FROM rooms r JOIN "
     "(SELECT room_id, greatest(max(seq), max(change_seq)) AS last FROM messages GROUP BY room_id) m "
     "ON m.room_id = r.id WHERE r.seq <> m.last"},
    {"a room has a counter but no message",
     "SELECT name || ': counter ' || seq FROM rooms WHERE seq > 0 AND NOT EXISTS (SELECT 1 FROM messages WHERE room_id "
     "= rooms.id)"},
    {"messages of no room",
     "SELECT DISTINCT room_id::text FROM messages WHERE NOT EXISTS (SELECT 1 FROM rooms WHERE id = room_id)"},
    {"a seq was given twice",
     "SELECT room_id || '-' || seq FROM (SELECT room_id, seq FROM messages UNION ALL "
     "SELECT room_id, change_seq FROM messages WHERE change_seq IS NOT NULL) x GROUP BY room_id, seq HAVING count(*) > "
     "1"},
    {"a room without edits, deletions and reactions has a hole",
     "SELECT r.name || ': ' || count(*) || ' messages, counter ' || r.seq FROM messages m JOIN rooms r ON r.id = "
     "m.room_id GROUP BY r.id HAVING count(m.change_seq) = 0 AND count(*) <> r.seq"},
    {"a tempId was stored twice",
     "SELECT room_id || ' ' || author_key || ' ' || temp_id FROM messages WHERE temp_id <> '' "
     "GROUP BY room_id, author_key, temp_id HAVING count(*) > 1"},
    {"a message changed before it was made",
     "SELECT room_id || '-' || seq FROM messages WHERE change_seq IS NOT NULL AND change_seq <= seq"},
    {"a room's member count is wrong",
     "SELECT name || ': ' || member_count FROM rooms WHERE member_count <> "
     "(SELECT count(*) FROM memberships WHERE room_id = rooms.id AND NOT banned)"},
    {"a reaction of no message",
     "SELECT message_id FROM reactions x WHERE NOT EXISTS (SELECT 1 FROM messages m WHERE m.room_id = x.room_id "
     "AND m.seq = x.message_seq AND m.deleted_at IS NULL)"},
    {"an edit of no message",
     "SELECT room_id || '-' || message_seq FROM message_edits x WHERE NOT EXISTS (SELECT 1 FROM messages m "
     "WHERE m.room_id = x.room_id AND m.seq = x.message_seq AND m.deleted_at IS NULL)"},
};

}  // namespace

chat::Result<std::vector<std::string>> verify_database(PgConnection& db) {
  std::vector<std::string> findings;
  for (const Check& check : kChecks) {
    const auto rows = execute(db, check.sql);
    if (!rows) return read_failed(check.finds, rows.error());
    for (int row = 0; row < rows->count(); ++row) {
      findings.push_back(std::string(check.finds) + " (" + rows->string(row, 0) + ")");
    }
  }
  return findings;
}

}  // namespace chillin::storage::postgres
