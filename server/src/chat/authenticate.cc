#include "chat/authenticate.h"

#include <utility>

namespace chillin::chat {

util::Task<Result<Account>> authenticate(Service& service, std::string token) {
  const auto failed = [] { return refuse(ErrorCode::kAuthFailed, "The session has expired. Sign in again."); };
  static constexpr std::size_t kMaxTokenBytes = 256;
  if (token.empty() || token.size() > kMaxTokenBytes) co_return failed();
  auto account = co_await service.sessions.find(std::move(token), service.clock.wall());
  if (!account) co_return std::move(account).error();
  if (!account->has_value()) co_return failed();
  co_return **std::move(account);
}

}  // namespace chillin::chat
