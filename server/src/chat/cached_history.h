#pragma once

#include <cstddef>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "util/task.h"

namespace chillin::chat {

/// The newest messages of a room that was just read (so `room.seq` counts everything acknowledged until then): from the
/// cache if an entry stands there, else from the log.
[[nodiscard]] util::Task<Result<HistoryPage>> newest_messages(Service& service, Room room, std::size_t limit);

/// The same while the database is away: an entry that holds everything this server has heard of in a public room that
/// it follows. Else `error`, which is why it is asked.
[[nodiscard]] util::Task<Result<HistoryPage>> newest_messages_without_log(Service& service, std::string room_name,
                                                                          std::size_t limit, Error error);

}  // namespace chillin::chat
