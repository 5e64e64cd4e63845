#pragma once

#include <memory>
#include <string>
#include <variant>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"
#include "util/task.h"

namespace chillin::chat::pipeline {

/// What somebody wants to say, in a room by its name (a send) or its id (an edit).
struct Request {
  std::variant<std::string, RoomId> room;
  std::string text;
  bool may_be_empty = false;
};

/// What passed all four stages.
struct Accepted {
  JoinedRoom room;  ///< where, and as whom
  std::string text;
};

/// authentication -> membership -> sanitising -> rate limit, each in a file of its own; the first refusal ends it. The
/// limit comes last, so that only what would have been kept counts.
[[nodiscard]] util::Task<Result<Accepted>> validate(Service& service, std::shared_ptr<Session> session,
                                                    Request request);

}  // namespace chillin::chat::pipeline
