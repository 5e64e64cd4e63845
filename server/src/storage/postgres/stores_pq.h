#pragma once

#include <memory>

#include "chat/ports/room_log.h"
#include "chat/ports/stores.h"
#include "chat/ports/upload_store.h"
#include "storage/postgres/database_pq.h"

namespace chillin::storage::postgres {

[[nodiscard]] std::unique_ptr<chat::AccountStore> make_account_store(Database& database);
[[nodiscard]] std::unique_ptr<chat::SessionStore> make_session_store(Database& database);
[[nodiscard]] std::unique_ptr<chat::RoomStore> make_room_store(Database& database);
[[nodiscard]] std::unique_ptr<chat::UploadStore> make_upload_store(Database& database);
[[nodiscard]] std::unique_ptr<chat::RoomLog> make_room_log(Database& database);

// Columns of `users u` as read_account() expects them.
#define CHILLIN_PG_ACCOUNT_COLUMNS "u.id, u.username, u.email, u.avatar, u.password_hash, u.created_at, u.status_text"

/// The account of a row whose account columns begin at `first`.
[[nodiscard]] chat::Account read_account(const Rows& rows, int row, int first);

}  // namespace chillin::storage::postgres
