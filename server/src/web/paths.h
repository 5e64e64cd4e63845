#pragma once

#include <string>
#include <string_view>

namespace chillin::web {

/// Whose address a path is.
enum class PathKind {
  kServer,   ///< /api, /socket.io, /health, /metrics and below: never the client's
  kFile,     ///< a file of the client, if there is one of that path
  kPage,     ///< a page of the application, unless there is a file of that path: the client decides what to show
  kInvalid,  ///< nobody's: broken escapes, dot segments
};

struct ClientPath {
  PathKind kind = PathKind::kInvalid;
  std::string file;  ///< percent-decoded, without the leading slash; empty for "/"
};

/// `path` is as sent, up to the '?'. Everything below /r/ is a page, because the names of rooms may hold anything, dots
/// included; elsewhere a last segment with a dot in it is a file, and so is everything below /assets/.
[[nodiscard]] ClientPath kind_of_path(std::string_view path);

}  // namespace chillin::web
