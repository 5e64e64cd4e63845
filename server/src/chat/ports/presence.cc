#include "chat/ports/presence.h"

namespace chillin::chat {

util::Task<Result<std::vector<bool>>> Presence::elsewhere(std::string, std::vector<Identity> people) {
  co_return std::vector<bool>(people.size(), false);
}

}  // namespace chillin::chat
