#include "storage/sqlite/reader_pool_sqlite.h"
#include "storage/sqlite/room_rows_sqlite.h"

namespace chillin::storage {

namespace {

#define CHILLIN_ROOM_COLUMNS \
  "r.id, r.name, r.description, r.creator, r.is_private, r.password_hash, r.member_count, r.created_at, r.seq"

constexpr int kRoomColumns = 9;

chat::Room read_room(const Query& row) {
  chat::Room room;
  room.id = {row.integer(0)};
  room.name = row.string(1);
  room.description = row.string(2);
  room.creator = row.string(3);
  room.is_private = row.integer(4) != 0;
  room.password_hash = row.string(5);
  room.member_count = row.integer(6);
  room.created_at = {row.integer(7)};
  room.seq = {row.integer(8)};
  return room;
}

chat::Membership read_membership(const Query& row, int first) {
  return {static_cast<chat::Role>(row.integer(first)),
          row.integer(first + 1) != 0,
          {row.integer(first + 2)},
          {row.integer(first + 3)}};
}

template <class Key>
chat::Result<std::optional<chat::Room>> select_one(SqliteConnection& db, const char* sql, const Key& key) {
  Query query(db, sql);
  if (query.bind(key).row()) return std::optional(read_room(query));
  if (query.failed()) return read_failed(query.error("reading a room"));
  return std::optional<chat::Room>();
}

constexpr const char* kMembership =
    "SELECT role, banned, muted_until, read_seq FROM memberships WHERE room_id = ?1 AND user_id = ?2";

// The writing ones see their own transaction, so they ask the writer's connection.
chat::Result<std::optional<chat::Membership>> membership_in(WriteContext& context, chat::RoomId room,
                                                            chat::AccountId account) {
  Query query(context.db(), kMembership);
  if (query.bind(room.value, account.value).row()) return std::optional(read_membership(query, 0));
  if (query.failed()) return context.failed(query.error("reading a membership"));
  return std::optional<chat::Membership>();
}

chat::Result<util::Ok> count_members(WriteContext& context, chat::RoomId room, int by) {
  if (by == 0) return util::Ok{};
  Query query(context.db(), "UPDATE rooms SET member_count = member_count + ?2 WHERE id = ?1");
  if (!query.bind(room.value, by).run()) return context.failed(query.error("counting members"));
  return util::Ok{};
}

chat::Result<util::Ok> write_member(WriteContext& context, chat::RoomId room, chat::AccountId account,
                                    const chat::Membership& membership, util::WallMillis now) {
  Query query(context.db(),
              "INSERT INTO memberships(room_id, user_id, role, banned, muted_until, read_seq, joined_at) "
              "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) ON CONFLICT(room_id, user_id) "
              "DO UPDATE SET role = ?3, banned = ?4, muted_until = ?5, read_seq = ?6");
  query.bind(room.value, account.value, static_cast<int>(membership.role), membership.banned,
             membership.muted_until.value, membership.read_seq.value, now.value);
  if (query.run()) return util::Ok{};
  util::Error error = query.error("writing a membership");
  // The room is there: the foreign key that failed is the account's.
  if (error.code == util::Error::Code::kConflict) return chat::refuse(chat::ErrorCode::kAuthRequired);
  return context.failed(std::move(error));
}

}  // namespace

chat::Result<std::optional<chat::Room>> select_room(SqliteConnection& db, const std::string& name) {
  return select_one(db, "SELECT " CHILLIN_ROOM_COLUMNS " FROM rooms r WHERE r.name = ?", name);
}

chat::Result<std::optional<chat::Room>> select_room(SqliteConnection& db, chat::RoomId id) {
  return select_one(db, "SELECT " CHILLIN_ROOM_COLUMNS " FROM rooms r WHERE r.id = ?", id.value);
}

chat::Result<std::vector<chat::Room>> select_rooms(SqliteConnection& db) {
  std::vector<chat::Room> rooms;
  Query query(db, "SELECT " CHILLIN_ROOM_COLUMNS " FROM rooms r ORDER BY r.name LIMIT 10000");
  while (query.row()) rooms.push_back(read_room(query));
  if (query.failed()) return read_failed(query.error("reading rooms"));
  return rooms;
}

chat::Result<std::vector<chat::RoomStore::Joined>> select_rooms_of(SqliteConnection& db, chat::AccountId account) {
  std::vector<chat::RoomStore::Joined> rooms;
  Query query(db,
              "SELECT " CHILLIN_ROOM_COLUMNS
              ", m.role, m.banned, m.muted_until, m.read_seq "
              "FROM memberships m JOIN rooms r ON r.id = m.room_id WHERE m.user_id = ? ORDER BY r.name LIMIT 10000");
  query.bind(account.value);
  while (query.row()) rooms.push_back({read_room(query), read_membership(query, kRoomColumns)});
  if (query.failed()) return read_failed(query.error("reading rooms"));
  return rooms;
}

chat::Result<std::optional<chat::Membership>> select_membership(SqliteConnection& db, chat::RoomId room,
                                                                chat::AccountId account) {
  Query query(db, kMembership);
  if (query.bind(room.value, account.value).row()) return std::optional(read_membership(query, 0));
  if (query.failed()) return read_failed(query.error("reading a membership"));
  return std::optional<chat::Membership>();
}

chat::Result<chat::Room> insert_room(WriteContext& context, const chat::NewRoom& room) {
  std::optional<std::int64_t> creator_id;
  if (room.creator.account) creator_id = room.creator.account->value;
  Query insert(
      context.db(),
      "INSERT INTO rooms(name, description, creator, creator_id, is_private, password_hash, created_at, updated_at) "
      "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?7) ON CONFLICT(name) DO NOTHING");
  insert.bind(room.name, room.description, room.creator.name, creator_id, room.is_private, room.password_hash,
              room.created_at.value);
  if (!insert.run()) {
    util::Error error = insert.error("creating a room");
    // The only conflict left: there is no such account.
    if (error.code == util::Error::Code::kConflict) return chat::refuse(chat::ErrorCode::kAuthRequired);
    return context.failed(std::move(error));
  }
  if (context.db().changes() == 0) return chat::refuse(chat::ErrorCode::kNameTaken);
  chat::Room made;
  made.id = {sqlite3_last_insert_rowid(context.db().get())};
  made.name = room.name;
  made.description = room.description;
  made.creator = room.creator.name;
  made.is_private = room.is_private;
  made.password_hash = room.password_hash;
  made.created_at = room.created_at;
  if (!room.creator.account) return made;
  auto owner = insert_member(context, made.id, *room.creator.account, chat::Role::kOwner, room.created_at);
  if (!owner) return std::move(owner).error();
  made.member_count = 1;
  return made;
}

chat::Result<chat::Membership> insert_member(WriteContext& context, chat::RoomId room, chat::AccountId account,
                                             chat::Role role, util::WallMillis now) {
  auto found = context.room(room);
  if (!found) return std::move(found).error();
  auto before = membership_in(context, room, account);
  if (!before) return std::move(before).error();
  if (*before) return **before;
  const chat::Membership membership{role, false, {}, {}};
  if (auto written = write_member(context, room, account, membership, now); !written) return std::move(written).error();
  if (auto counted = count_members(context, room, 1); !counted) return std::move(counted).error();
  return membership;
}

chat::Result<util::Ok> delete_member(WriteContext& context, chat::RoomId room, chat::AccountId account) {
  Query query(context.db(), "DELETE FROM memberships WHERE room_id = ?1 AND user_id = ?2 AND banned = 0");
  if (!query.bind(room.value, account.value).run()) return context.failed(query.error("removing a member"));
  return count_members(context, room, context.db().changes() == 0 ? 0 : -1);
}

chat::Result<util::Ok> upsert_member(WriteContext& context, chat::RoomId room, chat::AccountId account,
                                     const chat::Membership& membership) {
  auto found = context.room(room);
  if (!found) return std::move(found).error();
  auto before = membership_in(context, room, account);
  if (!before) return std::move(before).error();
  if (auto written = write_member(context, room, account, membership, util::system_clock().wall()); !written)
    return written;
  const int counted_before = *before && !(*before)->banned ? 1 : 0;
  return count_members(context, room, (membership.banned ? 0 : 1) - counted_before);
}

chat::Result<chat::Membership> move_read_mark(WriteContext& context, chat::RoomId room, chat::AccountId account,
                                              chat::Seq seq) {
  Query query(context.db(),
              "UPDATE memberships SET read_seq = max(read_seq, ?3) WHERE room_id = ?1 AND user_id = ?2 "
              "RETURNING role, banned, muted_until, read_seq");
  if (!query.bind(room.value, account.value, seq.value).row()) {
    if (query.failed()) return context.failed(query.error("moving a read mark"));
    return chat::refuse(chat::ErrorCode::kNotInRoom);
  }
  const chat::Membership now = read_membership(query, 0);
  if (!query.run()) return context.failed(query.error("moving a read mark"));
  return now;
}

}  // namespace chillin::storage
