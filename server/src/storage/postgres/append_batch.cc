#include "storage/common/attachment_json.h"
#include "storage/postgres/append_batch_pq.h"

namespace chillin::storage::postgres {

namespace {

// `old`: the row that a tempId has in the log. The others get the seqs after the room's, in their order. The look-up
// sees all commits before it, because it begins after the rooms are locked. No ON CONFLICT: what could conflict was
// found, and a row left out here would leave a hole in the seqs; if a row of that tempId came from elsewhere, the
// violated index fails the transaction.
constexpr const char* kAppend =
    "WITH given AS (SELECT * FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], "
    "$7::bigint[], $8::bigint[], $9::text[]) WITH ORDINALITY AS "
    "g(room_id, author_key, username, text, temp_id, created_at, reply_to, thread_root, attachments, n)), "
    "looked AS (SELECT g.*, old.seq AS old_seq, old.created_at AS old_at FROM given g LEFT JOIN LATERAL "
    "(SELECT m.seq, m.created_at FROM messages m WHERE m.room_id = g.room_id AND m.temp_id = g.temp_id "
    "AND m.author_key = g.author_key AND m.temp_id <> '' LIMIT 1) old ON g.temp_id <> ''), "
    "fresh AS (SELECT l.*, r.seq + row_number() OVER (PARTITION BY l.room_id ORDER BY l.n) AS seq "
    "FROM looked l JOIN rooms r ON r.id = l.room_id WHERE l.old_seq IS NULL), "
    "stored AS (INSERT INTO messages(room_id, seq, author_key, username, text, temp_id, created_at, reply_to, "
    "thread_root, "
    "attachments) SELECT room_id, seq, author_key, username, text, temp_id, created_at, reply_to, thread_root, "
    "attachments "
    "FROM fresh), "
    "counted AS (UPDATE rooms SET seq = c.seq FROM (SELECT room_id, max(seq) AS seq FROM fresh GROUP BY room_id) c "
    "WHERE rooms.id = c.room_id) "
    "SELECT n, seq, NULL::bigint FROM fresh UNION ALL SELECT n, old_seq, old_at FROM looked WHERE old_seq IS NOT NULL";

std::optional<std::int64_t> seq_of(const std::optional<chat::MessageId>& id) {
  return id ? std::optional(id->seq.value) : std::nullopt;
}

std::string temp_id_key(const chat::NewMessage& message, const std::string& author) {
  std::string key = std::to_string(message.room.value);
  key.append(1, '/').append(author).append(1, '\0').append(message.temp_id);
  return key;
}

}  // namespace

AppendBatch::AppendBatch()
    : rooms_(kInt8Array),
      authors_(kTextArray),
      names_(kTextArray),
      texts_(kTextArray),
      temp_ids_(kTextArray),
      times_(kInt8Array),
      replies_(kInt8Array),
      threads_(kInt8Array),
      attachments_(kTextArray) {}

void AppendBatch::add(WriteOp& op) {
  const chat::NewMessage& message = *op.message();
  Entry entry{&op, message.author.author_key(), entries_.size(), rooms_.size()};
  if (!message.temp_id.empty()) {
    const auto [first, made] = by_temp_id_.try_emplace(temp_id_key(message, entry.author), entries_.size());
    if (!made) {
      entry.first = first->second;
      entry.row = entries_[entry.first].row;
      entries_.push_back(std::move(entry));
      return;
    }
  }
  rooms_.add(message.room.value);
  authors_.add(entry.author);
  names_.add(message.author.name);
  texts_.add(message.text);
  temp_ids_.add(message.temp_id);
  times_.add(message.timestamp.value);
  replies_.add(seq_of(message.reply_to));
  threads_.add(seq_of(message.thread_root));
  if (message.attachments.empty()) {
    attachments_.add_null();
  } else {
    attachments_.add(attachments_to_json(message.attachments));
  }
  entries_.push_back(std::move(entry));
}

void AppendBatch::send(Pipeline& pipeline) {
  statement_ = pipeline.add(
      kAppend, Params(rooms_, authors_, names_, texts_, temp_ids_, times_, replies_, threads_, attachments_));
}

void AppendBatch::collect(const Rows& rooms, Pipeline& pipeline, std::vector<chat::RoomEvent>& events) {
  std::unordered_map<std::int64_t, std::string> names;
  for (int i = 0; i < rooms.count(); ++i) names.emplace(rooms.integer(i, 0), rooms.string(i, 1));
  const Rows& rows = pipeline[statement_];
  std::vector<int> result_of(rooms_.size(), -1);
  for (int i = 0; i < rows.count(); ++i) result_of[static_cast<std::size_t>(rows.integer(i, 0)) - 1] = i;
  for (const Entry& entry : entries_) {
    const int row = result_of[entry.row];
    const auto name = names.find(entry.op->message()->room.value);
    if (row < 0 || name == names.end()) {
      entry.op->appended(chat::refuse(chat::ErrorCode::kRoomNotFound));
      continue;
    }
    collect_one(entry, name->second, rows.integer(row, 1), rows, row, events);
  }
}

void AppendBatch::collect_one(const Entry& entry, const std::string& room, std::int64_t seq, const Rows& rows, int row,
                              std::vector<chat::RoomEvent>& events) {
  chat::NewMessage& message = *entry.op->message();
  const chat::MessageId id{message.room, chat::Seq{seq}};
  const Entry& first = entries_[entry.first];
  if (!rows.is_null(row, 2)) return entry.op->appended(chat::Appended{id, {rows.integer(row, 2)}, true});
  if (&first != &entry) return entry.op->appended(chat::Appended{id, first.op->message()->timestamp, true});
  const chat::Appended appended{id, message.timestamp, false};
  chat::RoomEvent event;
  event.kind = chat::ChangeKind::kCreated;
  event.seq = id.seq;
  event.message.id = id;
  event.message.room = room;
  event.message.author_key = entry.author;
  event.message.user = message.author.name;
  event.message.text = std::move(message.text);
  event.message.timestamp = message.timestamp;
  event.message.reply_to = message.reply_to;
  event.message.thread_root = message.thread_root;
  event.message.attachments = std::move(message.attachments);
  event.message.temp_id = std::move(message.temp_id);
  event.actor = std::move(message.author);
  events.push_back(std::move(event));
  entry.op->appended(appended);
}

}  // namespace chillin::storage::postgres
