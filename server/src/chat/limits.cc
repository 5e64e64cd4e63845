#include "chat/limits.h"

#include <utility>

namespace chillin::chat {

util::Task<Status> within_limit(Service& service, std::string key, RateLimit limit) {
  if (limit.count <= 0) co_return util::Ok{};
  const std::int64_t wait_ms = co_await service.limiter.take(std::move(key), limit);
  if (wait_ms == 0) co_return util::Ok{};
  Error error = refuse(ErrorCode::kRateLimited);
  error.retry_after_ms = wait_ms;
  co_return error;
}

util::Task<Status> within_auth_rate(Service& service, std::string address, std::string name) {
  auto by_address = co_await within_limit(service, "auth:addr:" + address, service.settings.auth_rate);
  if (!by_address) co_return by_address;
  co_return co_await within_limit(service, "auth:name:" + name, service.settings.auth_rate);
}

util::Task<Status> within_action_rate(Service& service, std::string socket_id) {
  RateLimit limit = service.settings.message_rate;
  limit.count *= kActionsPerMessage;
  return within_limit(service, "act:" + socket_id, limit);
}

util::Task<Status> within_upload_rate(Service& service, AccountId account) {
  const RateLimit limit = service.settings.message_rate.count > 0 ? kUploadRate : RateLimit{};
  return within_limit(service, "upload:" + std::to_string(account.value), limit);
}

}  // namespace chillin::chat
