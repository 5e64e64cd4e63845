#pragma once

#include <memory>

#include "chat/ports/stores.h"
#include "chat/ports/upload_store.h"
#include "storage/sqlite/database_sqlite.h"

namespace chillin::storage {

[[nodiscard]] std::unique_ptr<chat::AccountStore> make_account_store(Database& database);
[[nodiscard]] std::unique_ptr<chat::SessionStore> make_session_store(Database& database);
[[nodiscard]] std::unique_ptr<chat::RoomStore> make_room_store(Database& database);
[[nodiscard]] std::unique_ptr<chat::UploadStore> make_upload_store(Database& database);

/// By id; nullopt if there is none. Cached.
[[nodiscard]] util::Task<chat::Result<std::optional<chat::Account>>> find_account(Database& database,
                                                                                  chat::AccountId id);

}  // namespace chillin::storage
