#pragma once

#include <string>
#include <string_view>

namespace chillin::chat {

/// Under which id others are told of a device (the `id` in roomData): its socket's id, unless that is the id of an
/// Engine.IO session, as it is with protocol 3. Whoever knows a session's id can post packets into it, so of such a
/// one a digest is told, which is as constant.
[[nodiscard]] std::string told_id(std::string_view socket_id);

}  // namespace chillin::chat
