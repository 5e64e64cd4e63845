#include "storage/postgres/room_rows_pq.h"

namespace chillin::storage::postgres {

namespace {

#define CHILLIN_PG_ROOM_COLUMNS \
  "r.id, r.name, r.description, r.creator, r.is_private, r.password_hash, r.member_count, r.created_at, r.seq"

constexpr int kRoomColumns = 9;

constexpr const char* kByName = "SELECT " CHILLIN_PG_ROOM_COLUMNS " FROM rooms r WHERE r.name = $1";
constexpr const char* kById = "SELECT " CHILLIN_PG_ROOM_COLUMNS " FROM rooms r WHERE r.id = $1";
constexpr const char* kAll = "SELECT " CHILLIN_PG_ROOM_COLUMNS " FROM rooms r ORDER BY r.name LIMIT 10000";
constexpr const char* kOf =
    "SELECT " CHILLIN_PG_ROOM_COLUMNS
    ", m.role, m.banned, m.muted_until, m.read_seq "
    "FROM memberships m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = $1 ORDER BY r.name LIMIT 10000";
constexpr const char* kMembership =
    "SELECT role, banned, muted_until, read_seq FROM memberships WHERE room_id = $1 AND user_id = $2";

constexpr const char* kNewRoom =
    "WITH room AS (INSERT INTO rooms(name, description, creator, creator_id, is_private, password_hash, member_count, "
    "created_at, updated_at) VALUES($1, $2, $3, $4, $5, $6, CASE WHEN $4::bigint IS NULL THEN 0 ELSE 1 END, $7, $7) "
    "ON CONFLICT (name) DO NOTHING RETURNING id), "
    "owner AS (INSERT INTO memberships(room_id, user_id, role, joined_at) SELECT id, $4, 2, $7 FROM room "
    "WHERE $4::bigint IS NOT NULL) "
    "SELECT id FROM room";
constexpr const char* kAddMember =
    "WITH room AS (SELECT id FROM rooms WHERE id = $1), "
    "before AS (SELECT role, banned, muted_until, read_seq FROM memberships WHERE room_id = $1 AND user_id = $2), "
    "added AS (INSERT INTO memberships(room_id, user_id, joined_at) SELECT id, $2, $3 FROM room "
    "WHERE NOT EXISTS (SELECT 1 FROM before) RETURNING role, banned, muted_until, read_seq), "
    "counted AS (UPDATE rooms SET member_count = member_count + 1 FROM added WHERE rooms.id = $1) "
    "SELECT * FROM before UNION ALL SELECT * FROM added";
constexpr const char* kRemoveMember =
    "WITH gone AS (DELETE FROM memberships WHERE room_id = $1 AND user_id = $2 AND NOT banned RETURNING 1) "
    "UPDATE rooms SET member_count = member_count - 1 FROM gone WHERE rooms.id = $1";
// Whether it counts now less whether it counted before.
constexpr const char* kSetMember =
    "WITH before AS (SELECT banned FROM memberships WHERE room_id = $1 AND user_id = $2), "
    "written AS (INSERT INTO memberships(room_id, user_id, role, banned, muted_until, read_seq, joined_at) "
    "SELECT id, $2, $3, $4, $5, $6, $7 FROM rooms WHERE id = $1 ON CONFLICT (room_id, user_id) "
    "DO UPDATE SET role = excluded.role, banned = excluded.banned, muted_until = excluded.muted_until, "
    "read_seq = excluded.read_seq RETURNING room_id), "
    "change AS (SELECT (CASE WHEN $4 THEN 0 ELSE 1 END) - "
    "(CASE WHEN EXISTS (SELECT 1 FROM before WHERE NOT banned) THEN 1 ELSE 0 END) AS by), "
    "counted AS (UPDATE rooms SET member_count = member_count + change.by FROM change, written "
    "WHERE rooms.id = written.room_id AND change.by <> 0) "
    "SELECT room_id FROM written";
constexpr const char* kReadMark =
    "UPDATE memberships SET read_seq = greatest(read_seq, $3) WHERE room_id = $1 AND user_id = $2 RETURNING read_seq";

chat::Room read_room(const Rows& rows, int row) {
  chat::Room room;
  room.id = {rows.integer(row, 0)};
  room.name = rows.string(row, 1);
  room.description = rows.string(row, 2);
  room.creator = rows.string(row, 3);
  room.is_private = rows.boolean(row, 4);
  room.password_hash = rows.string(row, 5);
  room.member_count = rows.integer(row, 6);
  room.created_at = {rows.integer(row, 7)};
  room.seq = {rows.integer(row, 8)};
  return room;
}

chat::Membership read_membership(const Rows& rows, int row, int first) {
  return {static_cast<chat::Role>(rows.integer(row, first)),
          rows.boolean(row, first + 1),
          {rows.integer(row, first + 2)},
          {rows.integer(row, first + 3)}};
}

chat::Result<std::optional<chat::Room>> one_room(const util::Result<Rows, Failure>& rows) {
  if (!rows) return read_failed("reading a room", rows.error());
  return rows->empty() ? std::optional<chat::Room>() : std::optional(read_room(*rows, 0));
}

}  // namespace

chat::Result<std::optional<chat::Room>> select_room(PgConnection& db, const std::string& name) {
  return one_room(execute(db, kByName, Params(name)));
}

chat::Result<std::optional<chat::Room>> select_room(PgConnection& db, chat::RoomId id) {
  return one_room(execute(db, kById, Params(id.value)));
}

chat::Result<std::vector<chat::Room>> select_rooms(PgConnection& db) {
  std::vector<chat::Room> rooms;
  const auto rows = execute(db, kAll);
  if (!rows) return read_failed("reading rooms", rows.error());
  for (int row = 0; row < rows->count(); ++row) rooms.push_back(read_room(*rows, row));
  return rooms;
}

chat::Result<std::vector<chat::RoomStore::Joined>> select_rooms_of(PgConnection& db, chat::AccountId account) {
  std::vector<chat::RoomStore::Joined> rooms;
  const auto rows = execute(db, kOf, Params(account.value));
  if (!rows) return read_failed("reading rooms", rows.error());
  for (int row = 0; row < rows->count(); ++row) {
    rooms.push_back({read_room(*rows, row), read_membership(*rows, row, kRoomColumns)});
  }
  return rooms;
}

chat::Result<std::optional<chat::Membership>> select_membership(PgConnection& db, chat::RoomId room,
                                                                chat::AccountId account) {
  const auto rows = execute(db, kMembership, Params(room.value, account.value));
  if (!rows) return read_failed("reading a membership", rows.error());
  return rows->empty() ? std::optional<chat::Membership>() : std::optional(read_membership(*rows, 0, 0));
}

std::size_t send_new_room(Pipeline& to, const chat::NewRoom& room) {
  std::optional<std::int64_t> creator;
  if (room.creator.account) creator = room.creator.account->value;
  return to.add(kNewRoom, Params(room.name, room.description, room.creator.name, creator, room.is_private,
                                 room.password_hash, room.created_at.value));
}

chat::Result<chat::Room> read_new_room(const Rows& rows, const chat::NewRoom& room) {
  if (rows.empty()) return chat::refuse(chat::ErrorCode::kNameTaken);
  chat::Room made;
  made.id = {rows.integer(0, 0)};
  made.name = room.name;
  made.description = room.description;
  made.creator = room.creator.name;
  made.is_private = room.is_private;
  made.password_hash = room.password_hash;
  made.member_count = room.creator.account ? 1 : 0;
  made.created_at = room.created_at;
  return made;
}

std::size_t send_add_member(Pipeline& to, chat::RoomId room, chat::AccountId account, util::WallMillis now) {
  return to.add(kAddMember, Params(room.value, account.value, now.value));
}

chat::Result<chat::Membership> read_added_member(const Rows& rows) {
  if (rows.empty()) return chat::refuse(chat::ErrorCode::kRoomNotFound);
  return read_membership(rows, 0, 0);
}

std::size_t send_remove_member(Pipeline& to, chat::RoomId room, chat::AccountId account) {
  return to.add(kRemoveMember, Params(room.value, account.value));
}

std::size_t send_set_member(Pipeline& to, chat::RoomId room, chat::AccountId account,
                            const chat::Membership& membership, util::WallMillis now) {
  return to.add(kSetMember, Params(room.value, account.value, static_cast<int>(membership.role), membership.banned,
                                   membership.muted_until.value, membership.read_seq.value, now.value));
}

chat::Result<util::Ok> read_set_member(const Rows& rows) {
  if (rows.empty()) return chat::refuse(chat::ErrorCode::kRoomNotFound);
  return util::Ok{};
}

std::size_t send_read_mark(Pipeline& to, chat::RoomId room, chat::AccountId account, chat::Seq seq) {
  return to.add(kReadMark, Params(room.value, account.value, seq.value));
}

chat::Result<chat::Seq> read_read_mark(const Rows& rows) {
  if (rows.empty()) return chat::refuse(chat::ErrorCode::kNotInRoom);
  return chat::Seq{rows.integer(0, 0)};
}

}  // namespace chillin::storage::postgres
