#pragma once

#include "chat/error.h"
#include "chat/service.h"
#include "chat/session.h"

namespace chillin::chat::pipeline {

/// Stage 1: whether the session may speak at all. AUTH_REQUIRED: it is a guest's and guests are not allowed, or it is
/// closed.
[[nodiscard]] Status authentication(const Service& service, const Session& session);

}  // namespace chillin::chat::pipeline
