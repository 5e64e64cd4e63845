#include "chat/pipeline/pipeline.h"

#include <utility>

#include "chat/pipeline/authentication.h"
#include "chat/pipeline/membership.h"
#include "chat/pipeline/rate_limit.h"
#include "chat/pipeline/sanitising.h"

namespace chillin::chat::pipeline {

util::Task<Result<Accepted>> validate(Service& service, std::shared_ptr<Session> session, Request request) {
  auto authenticated = authentication(service, *session);
  if (!authenticated) co_return std::move(authenticated).error();

  const auto now = service.clock.wall();
  auto joined = std::visit([&](const auto& room) { return membership(*session, room, now); }, request.room);
  if (!joined) co_return std::move(joined).error();

  auto text = sanitising(service.settings, request.text, request.may_be_empty);
  if (!text) co_return std::move(text).error();

  Accepted accepted{**joined, *std::move(text)};  // a copy: the limit may suspend, and the session's rooms may change
  if (service.settings.message_rate.count > 0) {
    auto allowed = co_await rate_limit(service, rate_key(accepted.room.who, session->address));
    if (!allowed) co_return std::move(allowed).error();
  }
  co_return std::move(accepted);
}

}  // namespace chillin::chat::pipeline
