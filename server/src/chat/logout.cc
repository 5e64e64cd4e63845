#include "chat/logout.h"

#include <utility>

namespace chillin::chat {

util::Task<Status> logout(Service& service, std::string token) {
  if (token.empty()) co_return util::Ok{};
  co_return co_await service.sessions.revoke(std::move(token));
}

}  // namespace chillin::chat
