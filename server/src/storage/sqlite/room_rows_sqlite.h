#pragma once

#include <optional>
#include <string>
#include <vector>

#include "chat/ports/stores.h"
#include "storage/sqlite/write_context_sqlite.h"

namespace chillin::storage {

// The rows of rooms and memberships. The reading ones are for the reader threads, the writing ones for the open
// transaction.

[[nodiscard]] chat::Result<std::optional<chat::Room>> select_room(SqliteConnection& db, const std::string& name);
[[nodiscard]] chat::Result<std::optional<chat::Room>> select_room(SqliteConnection& db, chat::RoomId id);
[[nodiscard]] chat::Result<std::vector<chat::Room>> select_rooms(SqliteConnection& db);
[[nodiscard]] chat::Result<std::vector<chat::RoomStore::Joined>> select_rooms_of(SqliteConnection& db,
                                                                                 chat::AccountId account);
[[nodiscard]] chat::Result<std::optional<chat::Membership>> select_membership(SqliteConnection& db, chat::RoomId room,
                                                                              chat::AccountId account);

[[nodiscard]] chat::Result<chat::Room> insert_room(WriteContext& context, const chat::NewRoom& room);
/// One that is a member keeps what it is.
[[nodiscard]] chat::Result<chat::Membership> insert_member(WriteContext& context, chat::RoomId room,
                                                           chat::AccountId account, chat::Role role,
                                                           util::WallMillis now);
/// A ban stays: leaving and coming back does not lift it.
[[nodiscard]] chat::Result<util::Ok> delete_member(WriteContext& context, chat::RoomId room, chat::AccountId account);
[[nodiscard]] chat::Result<util::Ok> upsert_member(WriteContext& context, chat::RoomId room, chat::AccountId account,
                                                   const chat::Membership& membership);
/// Never back. kNotInRoom where there is no membership; else the membership as it is then.
[[nodiscard]] chat::Result<chat::Membership> move_read_mark(WriteContext& context, chat::RoomId room,
                                                            chat::AccountId account, chat::Seq seq);

}  // namespace chillin::storage
