#include "storage/sqlite/reader_pool_sqlite.h"
#include "storage/sqlite/verify_sqlite.h"

namespace chillin::storage {

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
     "(SELECT room_id, max(max(seq), ifnull(max(change_seq), 0)) AS last FROM messages GROUP BY room_id) m "
     "ON m.room_id = r.id WHERE r.seq <> m.last"},
    {"a room has a counter but no message",
     "SELECT name || ': counter ' || seq FROM rooms WHERE seq > 0 AND NOT EXISTS (SELECT 1 FROM messages WHERE room_id "
     "= rooms.id)"},
    {"messages of no room", "SELECT DISTINCT room_id FROM messages WHERE room_id NOT IN (SELECT id FROM rooms)"},
    {"a seq was given twice",
     "SELECT room_id || '-' || seq FROM (SELECT room_id, seq FROM messages UNION ALL "
     "SELECT room_id, change_seq FROM messages WHERE change_seq IS NOT NULL) GROUP BY room_id, seq HAVING count(*) > "
     "1"},
    {"a room without edits, deletions and reactions has a hole",
     "SELECT r.name || ': ' || count(*) || ' messages, counter ' || r.seq FROM messages m JOIN rooms r ON r.id = "
     "m.room_id "
     "GROUP BY r.id HAVING count(m.change_seq) = 0 AND count(*) <> r.seq"},
    {"a message changed before it was made",
     "SELECT room_id || '-' || seq FROM messages WHERE change_seq IS NOT NULL AND change_seq <= seq"},
    {"a room's member count is wrong",
     "SELECT name || ': ' || member_count FROM rooms WHERE member_count <> "
     "(SELECT count(*) FROM memberships WHERE room_id = rooms.id AND banned = 0)"},
    {"a row points nowhere", "SELECT \"table\" || ' -> ' || parent FROM pragma_foreign_key_check LIMIT 20"},
    {"the file is damaged", "SELECT integrity_check FROM pragma_integrity_check WHERE integrity_check <> 'ok'"},
};

}  // namespace

chat::Result<std::vector<std::string>> verify_database(SqliteConnection& db) {
  std::vector<std::string> findings;
  for (const Check& check : kChecks) {
    Query query(db, check.sql);
    while (query.row()) findings.push_back(std::string(check.finds) + " (" + query.string(0) + ")");
    if (query.failed()) return read_failed(query.error(check.finds));
  }
  return findings;
}

}  // namespace chillin::storage
