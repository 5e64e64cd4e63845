#include "chat/notices.h"

namespace chillin::chat {

namespace {

std::string people(std::span<const std::string_view> first, std::size_t total) {
  std::string text(first[0]);
  if (total == 1) return text += " has ";
  if (total == 2) return text.append(" and ").append(first[1]).append(" have ");
  text.append(", ").append(first[1]).append(" and ").append(std::to_string(total - 2));
  return text.append(total == 3 ? " other have " : " others have ");
}

}  // namespace

std::string welcome_notice(std::string_view name, std::string_view room) {
  return std::string(name).append(", welcome to room ").append(room).append(".");
}

std::string joined_notice(std::span<const std::string_view> first, std::size_t total) {
  return people(first, total) + "joined!";
}

std::string left_notice(std::span<const std::string_view> first, std::size_t total) {
  return people(first, total) + "left.";
}

}  // namespace chillin::chat
