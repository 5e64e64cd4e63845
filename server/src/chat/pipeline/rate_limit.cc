#include "chat/pipeline/rate_limit.h"

#include <utility>

#include "chat/limits.h"

namespace chillin::chat::pipeline {

std::string rate_key(const Identity& who, const std::string& address) {
  if (who.account) return "msg:u:" + std::to_string(who.account->value);
  return std::string("msg:g:").append(who.name).append("@").append(address);
}

util::Task<Status> rate_limit(Service& service, std::string key) {
  return within_limit(service, std::move(key), service.settings.message_rate);
}

}  // namespace chillin::chat::pipeline
