#include "chat/ports/blob_store.h"

#include <cstddef>

namespace chillin::chat {

// No dot, so nothing can climb out of a folder; nothing that an address would escape.
bool valid_blob_key(std::string_view key) noexcept {
  static constexpr std::size_t kMaxBytes = 200;
  if (key.empty() || key.size() > kMaxBytes || key.front() == '/' || key.back() == '/') return false;
  char before = '\0';
  for (const char c : key) {
    const bool letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
    if (!letter && (c != '/' || before == '/')) return false;
    before = c;
  }
  return true;
}

}  // namespace chillin::chat
