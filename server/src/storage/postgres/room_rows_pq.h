#pragma once

#include "chat/ports/stores.h"
#include "storage/postgres/write_op_pq.h"

namespace chillin::storage::postgres {

// Reads of rooms and memberships, on a thread of the pool.

[[nodiscard]] chat::Result<std::optional<chat::Room>> select_room(PgConnection& db, const std::string& name);
[[nodiscard]] chat::Result<std::optional<chat::Room>> select_room(PgConnection& db, chat::RoomId id);
[[nodiscard]] chat::Result<std::vector<chat::Room>> select_rooms(PgConnection& db);
[[nodiscard]] chat::Result<std::vector<chat::RoomStore::Joined>> select_rooms_of(PgConnection& db,
                                                                                 chat::AccountId account);
[[nodiscard]] chat::Result<std::optional<chat::Membership>> select_membership(PgConnection& db, chat::RoomId room,
                                                                              chat::AccountId account);

// Statements of the writer, which holds the room's lock: so memberships of a room change one after the other, and its
// member count is right. Each returns its number in the pipeline.

std::size_t send_new_room(Pipeline& to, const chat::NewRoom& room);
[[nodiscard]] chat::Result<chat::Room> read_new_room(const Rows& rows, const chat::NewRoom& room);
/// One that is a member keeps what it is.
std::size_t send_add_member(Pipeline& to, chat::RoomId room, chat::AccountId account, util::WallMillis now);
/// What it is now; kRoomNotFound.
[[nodiscard]] chat::Result<chat::Membership> read_added_member(const Rows& rows);
/// A ban stays: leaving and coming back does not lift it.
std::size_t send_remove_member(Pipeline& to, chat::RoomId room, chat::AccountId account);
std::size_t send_set_member(Pipeline& to, chat::RoomId room, chat::AccountId account,
                            const chat::Membership& membership, util::WallMillis now);
/// kRoomNotFound.
[[nodiscard]] chat::Result<util::Ok> read_set_member(const Rows& rows);
/// Never back.
std::size_t send_read_mark(Pipeline& to, chat::RoomId room, chat::AccountId account, chat::Seq seq);
/// kNotInRoom where there is no membership.
[[nodiscard]] chat::Result<chat::Seq> read_read_mark(const Rows& rows);

}  // namespace chillin::storage::postgres
