#include "chat/credentials.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "util/text.h"

namespace chillin::chat {

namespace {
constexpr std::size_t kMinPasswordCodePoints = 6;
constexpr std::size_t kMaxPasswordBytes = 1024;
constexpr std::size_t kMaxEmailBytes = 254;
}  // namespace

Status check_new_password(std::string_view password, std::string_view field) {
  if (password.size() > kMaxPasswordBytes || !util::is_utf8(password)) {
    return refuse(ErrorCode::kInvalidPayload, "The password is too long.", std::string(field));
  }
  if (util::code_points(password) < kMinPasswordCodePoints) {
    return refuse(ErrorCode::kInvalidPayload, "The password must have at least 6 characters.", std::string(field));
  }
  return util::Ok{};
}

Status check_email(std::string_view email) {
  if (email.empty()) return util::Ok{};
  const auto at = email.find('@');
  const bool plain = std::none_of(email.begin(), email.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte <= 0x20 || byte == 0x7F;
  });
  const bool one_at = at != std::string_view::npos && email.find('@', at + 1) == std::string_view::npos;
  if (email.size() > kMaxEmailBytes || !plain || !one_at || at == 0 || at + 1 == email.size() ||
      !util::is_utf8(email)) {
    return refuse(ErrorCode::kInvalidPayload, "That is no e-mail address.", "email");
  }
  return util::Ok{};
}

util::Task<Result<CheckedPassword>> check_password(Service& service, std::string password, std::string hash) {
  CheckedPassword checked;
  // Nobody has such a password; hashing it would only serve who wants to keep the server busy.
  if (password.size() > kMaxPasswordBytes) co_return checked;
  auto check = co_await service.hasher.verify(password, std::move(hash));
  if (!check) co_return std::move(check).error();
  checked.matches = check->matches;
  if (check->matches && check->needs_rehash) {
    auto anew = co_await service.hasher.hash(std::move(password));
    if (anew) checked.new_hash = *std::move(anew);
  }
  co_return checked;
}

}  // namespace chillin::chat
