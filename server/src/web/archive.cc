#include "web/archive.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace chillin::web {

namespace {

constexpr std::string_view kMagic = "CHILWEB1";
constexpr std::size_t kNumberBytes = 4;
constexpr std::size_t kParts = 6;

constexpr std::string_view kPlaceholderPage = R"(<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>Chillin</title>
  </head>
  <body>
    <h1>Chillin is running, without its web client</h1>
    <p>This program was built before the client was. <code>./run</code> builds both and serves the chat here.</p>
    <p>Programs connect with socket.io-client to this address; the REST routes are described in
    <a href="/api/openapi.json">/api/openapi.json</a>.</p>
  </body>
</html>
)";

/// Takes pieces off the front of the bytes; nullopt when there are not enough.
class Cursor {
 public:
  explicit Cursor(std::string_view bytes) : rest_(bytes) {}

  std::optional<std::string_view> take(std::size_t size) {
    if (size > rest_.size()) return std::nullopt;
    const auto piece = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return piece;
  }

  std::optional<std::uint32_t> number() {
    const auto bytes = take(kNumberBytes);
    if (!bytes) return std::nullopt;
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < kNumberBytes; ++i) {
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>((*bytes)[i])) << (8 * i);
    }
    return value;
  }

  [[nodiscard]] std::size_t left() const noexcept { return rest_.size(); }

 private:
  std::string_view rest_;
};

util::Error damaged(const char* what) {
  return {util::Error::Code::kInvalid, std::string("the archive of the web client is damaged: ") + what, false};
}

}  // namespace

util::Result<Archive> Archive::read(std::string_view bytes) {
  Archive archive;
  if (bytes.empty()) return archive;
  Cursor cursor(bytes);
  if (cursor.take(kMagic.size()) != kMagic) return damaged("it does not begin as one");
  const auto count = cursor.number();
  if (!count || *count > cursor.left() / (kParts * kNumberBytes))
    return damaged("it ends before its list of files does");

  std::vector<std::array<std::uint32_t, kParts>> sizes(*count);
  for (auto& file : sizes) {
    for (auto& size : file) size = cursor.number().value_or(0);
  }
  for (const auto& file : sizes) {
    std::array<std::string_view, kParts> parts;
    for (std::size_t i = 0; i < kParts; ++i) {
      const auto part = cursor.take(file[i]);
      if (!part) return damaged("it ends before its files do");
      parts[i] = *part;
    }
    if (!archive.files_.emplace(parts[0], File{parts[1], parts[2], parts[3], parts[4], parts[5]}).second) {
      return damaged("a file is in it twice");
    }
  }
  if (cursor.left() != 0) return damaged("it goes on behind its last file");
  return archive;
}

Archive Archive::placeholder() {
  Archive archive;
  archive.files_.emplace("index.html", File{"text/html; charset=utf-8", "placeholder-1", kPlaceholderPage, {}, {}});
  return archive;
}

const File* Archive::find(std::string_view path) const noexcept {
  const auto found = files_.find(path);
  return found != files_.end() ? &found->second : nullptr;
}

}  // namespace chillin::web
