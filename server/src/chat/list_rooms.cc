#include "chat/list_rooms.h"

namespace chillin::chat {

util::Task<Result<std::vector<Room>>> list_rooms(Service& service) {
  return service.rooms.list();
}

}  // namespace chillin::chat
