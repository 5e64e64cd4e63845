#include "chat/limits.h"

#include <array>
#include <string_view>
#include <utility>

#include "util/metrics.h"

namespace chillin::chat {

namespace {

// What the keys begin with, and what the limits are called in metrics. The last is for a prefix that stands here not
// yet.
constexpr std::array<std::string_view, 7> kPrefixes = {"msg:", "act:", "auth:", "room:", "roompw:", "upload:", ""};
const util::metrics::Counter kLimited("chillin_rate_limited_total", "Requests refused by a rate limit.",
                                      util::metrics::labels("limit", {"message", "action", "auth", "room",
                                                                      "room_password", "upload", "other"}));

std::size_t number_of(std::string_view key) {
  std::size_t i = 0;
  while (!key.starts_with(kPrefixes[i])) ++i;
  return i;
}

}  // namespace

util::Task<Status> within_limit(Service& service, std::string key, RateLimit limit) {
  if (limit.count <= 0) co_return util::Ok{};
  const std::size_t limit_number = number_of(key);
  const std::int64_t wait_ms = co_await service.limiter.take(std::move(key), limit);
  if (wait_ms == 0) co_return util::Ok{};
  kLimited.add_to(limit_number);
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
