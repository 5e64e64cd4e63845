#pragma once

#include <string>
#include <string_view>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat {

/// RATE_LIMITED with the time until the next one fits.
[[nodiscard]] util::Task<Status> within_limit(Service& service, std::string key, RateLimit limit);

/// settings.auth_rate, per address and per name ("auth:addr:<address>", "auth:name:<name>").
[[nodiscard]] util::Task<Status> within_auth_rate(Service& service, std::string address, std::string name);

/// What a device may do besides sending messages (join, react, load, ...): kActionsPerMessage times
/// settings.message_rate of one device, so that no event is without a limit; off where that is off.
inline constexpr std::int64_t kActionsPerMessage = 30;
[[nodiscard]] util::Task<Status> within_action_rate(Service& service, std::string socket_id);

/// Files of an account: kUploadRate, off where settings.message_rate is.
inline constexpr RateLimit kUploadRate{30, util::Millis{60'000}};
[[nodiscard]] util::Task<Status> within_upload_rate(Service& service, AccountId account);

}  // namespace chillin::chat
