#include "chat/names.h"

#include <cstddef>
#include <utility>

#include "util/text.h"

namespace chillin::chat {

namespace {

/// Whether the text has a character that shows nothing and makes two names look alike, or turns the direction of what
/// follows: U+200B, U+200E-200F, U+202A-202E, U+2060-2069, U+FEFF. The joiners U+200C and U+200D stay: Persian, Hindi
/// and emoji need them.
bool has_invisible(std::string_view utf8) {
  for (std::size_t i = 0; i + 2 < utf8.size(); ++i) {
    const auto a = static_cast<unsigned char>(utf8[i]);
    const auto b = static_cast<unsigned char>(utf8[i + 1]);
    const auto c = static_cast<unsigned char>(utf8[i + 2]);
    if (a == 0xEF && b == 0xBB && c == 0xBF) return true;
    if (a != 0xE2) continue;
    if (b == 0x80 && (c == 0x8B || c == 0x8E || c == 0x8F || (c >= 0xAA && c <= 0xAE))) return true;
    if (b == 0x81 && c >= 0xA0 && c <= 0xA9) return true;
  }
  return false;
}

Result<std::string> name_between(std::string_view typed, std::size_t least, std::size_t most, std::string_view what,
                                 std::string_view field) {
  // Far beyond what any normalisation could shorten to `most`: not worth normalising.
  static constexpr std::size_t kBytesPerCodePoint = 32;
  std::optional<std::string> name;
  if (typed.size() <= most * kBytesPerCodePoint) name = util::normalize_name(typed);
  const std::size_t length = name ? util::code_points(*name) : 0;
  if (!name || length < least || length > most || has_invisible(*name)) {
    return refuse(ErrorCode::kInvalidPayload,
                  std::string(what) + " must have " + std::to_string(least) + " to " + std::to_string(most) +
                      " visible characters.",
                  std::string(field));
  }
  return *std::move(name);
}

}  // namespace

Result<std::string> account_name(std::string_view typed, std::string_view field) {
  return name_between(typed, 3, 20, "The name", field);
}

Result<std::string> guest_name_form(std::string_view typed, std::string_view field) {
  return name_between(typed, 1, 20, "The name", field);
}

Result<std::string> room_name(std::string_view typed, std::string_view field) {
  return name_between(typed, 1, 30, "The room's name", field);
}

bool is_reserved_name(std::string_view name) {
  std::string seen;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const auto rest = name.substr(i);
    if (rest.starts_with("\xE2\x80\x8C") || rest.starts_with("\xE2\x80\x8D")) {
      i += 2;
    } else {
      seen += name[i];
    }
  }
  return seen == "admin";
}

util::Task<Result<std::string>> guest_name(Service& service, std::string typed, std::string field) {
  if (!service.settings.guest_access) co_return refuse(ErrorCode::kAuthRequired);
  auto name = guest_name_form(typed, field);
  if (!name) co_return std::move(name).error();
  if (is_reserved_name(*name)) co_return refuse(ErrorCode::kNameTaken, "That name is taken.", std::move(field));
  auto owner = co_await service.accounts.find_by_name(*name);
  if (!owner) co_return std::move(owner).error();
  if (owner->has_value()) {
    co_return refuse(ErrorCode::kNameTaken, "That name belongs to an account. Sign in to use it.", std::move(field));
  }
  co_return std::move(name);
}

}  // namespace chillin::chat
