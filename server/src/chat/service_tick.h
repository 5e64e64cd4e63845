#pragma once

#include "chat/service.h"
#include "util/clock.h"
#include "util/task.h"

namespace chillin::chat {

/// What happens by time: typing that expires, roomData and notices that were held back, unread counts. The app calls it
/// every 100 ms on one loop; a call that overlaps the one before does no harm.
[[nodiscard]] util::Task<void> service_tick(Service& service, util::SteadyTime now);

}  // namespace chillin::chat
