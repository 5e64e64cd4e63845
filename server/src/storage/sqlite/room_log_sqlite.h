#pragma once

#include <memory>

#include "chat/ports/room_log.h"
#include "storage/sqlite/database_sqlite.h"

namespace chillin::storage {

[[nodiscard]] std::unique_ptr<chat::RoomLog> make_room_log(Database& database);

}  // namespace chillin::storage
