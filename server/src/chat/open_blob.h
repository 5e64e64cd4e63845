#pragma once

#include <string>
#include <string_view>

#include "chat/error.h"
#include "chat/ports/blob_store.h"
#include "chat/service.h"
#include "util/task.h"

namespace chillin::chat {

/// The path under which the gateway serves a blob: "uploads/<id>" -> "/api/uploads/<id>", "avatars/<id>" ->
/// "/api/avatars/<id>".
[[nodiscard]] std::string blob_url(std::string_view key);

/// MESSAGE_NOT_FOUND in the words for files.
[[nodiscard]] Error no_such_blob();

/// A picture of a person, for anybody: its id is unguessable, and whoever sees the person sees it. `id`: of
/// "avatars/<id>"; MESSAGE_NOT_FOUND (404) where there is none, UNAVAILABLE.
[[nodiscard]] util::Task<Result<Blob>> open_avatar(Service& service, std::string id);

/// Where the picture of that account is served, a path of this server; MESSAGE_NOT_FOUND for one that has none, or one
/// from elsewhere. `username` as typed.
[[nodiscard]] util::Task<Result<std::string>> avatar_of(Service& service, std::string username);

}  // namespace chillin::chat
