#include "web/paths.h"

#include <array>
#include <optional>
#include <utility>

#include "util/text.h"

namespace chillin::web {

namespace {

constexpr std::array<std::string_view, 4> kServerFolders = {"/api", "/socket.io", "/health", "/metrics"};

bool is_in(std::string_view folder, std::string_view path) noexcept {
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// A '+' in a path is a plus, unlike in a query.
std::optional<std::string> decode(std::string_view path) {
  std::string escaped;
  escaped.reserve(path.size());
  for (const char c : path) {
    if (c == '+') {
      escaped += "%2B";
    } else {
      escaped += c;
    }
  }
  return util::url_decode(escaped);
}

bool has_dot_segment(std::string_view path) noexcept {
  while (true) {
    const auto slash = path.find('/');
    const auto segment = path.substr(0, slash);
    if (segment == "." || segment == "..") return true;
    if (slash == std::string_view::npos) return false;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace

ClientPath kind_of_path(std::string_view path) {
  if (!path.starts_with('/')) return {};
  // Before decoding: a room's name may be anything, even what does not decode; the client tells the user.
  if (path.starts_with("/r/")) return {PathKind::kPage, {}};
  auto decoded = decode(path);
  if (!decoded) return {};
  for (const auto folder : kServerFolders) {
    if (is_in(folder, *decoded)) return {PathKind::kServer, {}};
  }
  if (has_dot_segment(*decoded)) return {};
  const bool is_file = is_in("/assets", *decoded) || decoded->find('.', decoded->rfind('/')) != std::string::npos;
  decoded->erase(0, 1);
  return {is_file ? PathKind::kFile : PathKind::kPage, std::move(*decoded)};
}

}  // namespace chillin::web
