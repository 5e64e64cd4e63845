#include "chat/types.h"

#include <charconv>

namespace chillin::chat {

namespace {

// Canonical decimal only ("7", not "07" or "+7"), so that two texts never name one message.
std::optional<std::int64_t> parse_positive(std::string_view text) {
  if (text.empty() || text.front() < '1' || text.front() > '9') return std::nullopt;
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string MessageId::to_string() const {
  return std::to_string(room.value) + '-' + std::to_string(seq.value);
}

std::optional<MessageId> MessageId::parse(std::string_view text) {
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) return std::nullopt;
  const auto room = parse_positive(text.substr(0, dash));
  const auto seq = parse_positive(text.substr(dash + 1));
  if (!room || !seq) return std::nullopt;
  return MessageId{RoomId{*room}, Seq{*seq}};
}

std::string Identity::author_key() const {
  return account ? "u:" + std::to_string(account->value) : "g:" + name;
}

}  // namespace chillin::chat
