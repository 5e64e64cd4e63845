#include "blob/file/signed_path.h"

#include <charconv>

#include "util/crypto.h"
#include "util/text.h"

namespace chillin::blob {

namespace {

constexpr std::string_view kPrefix = "/api/files/";
constexpr std::string_view kSignature = "&signature=";

/// Takes what stands between `name` and the next '&' from the front of `rest`, decoded; nullopt if that is not next.
std::optional<std::string> take(std::string_view& rest, std::string_view name) {
  if (!rest.starts_with(name)) return std::nullopt;
  rest.remove_prefix(name.size());
  const std::string_view value = rest.substr(0, rest.find('&'));
  rest.remove_prefix(value.size());
  return util::url_decode(value);
}

std::optional<std::int64_t> take_number(std::string_view& rest, std::string_view name) {
  const auto text = take(rest, name);
  std::int64_t value = 0;
  if (!text) return std::nullopt;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return value;
}

/// The key, with `rest` behind it; nullopt where the method is another or the time has passed.
std::optional<std::string> take_key(std::string_view& rest, std::string_view method, util::WallMillis now) {
  if (!rest.starts_with(kPrefix)) return std::nullopt;
  rest.remove_prefix(kPrefix.size());
  const std::string_view key = rest.substr(0, rest.find('?'));
  rest.remove_prefix(key.size());
  if (!chat::valid_blob_key(key) || take(rest, "?method=") != method) return std::nullopt;
  const auto expires = take_number(rest, "&expires=");
  if (!expires || *expires <= now.value) return std::nullopt;
  return std::string(key);
}

std::string beginning(std::string_view key, std::string_view method, util::WallMillis expires) {
  std::string out(kPrefix);
  out.append(key).append("?method=").append(method).append("&expires=").append(std::to_string(expires.value));
  return out;
}

}  // namespace

// A key of its own, so that no signature made for something else is one here.
SignedPaths::SignedPaths(const std::string& secret) : key_(util::hmac_sha256(secret, "chillin signed paths 1")) {}

std::string SignedPaths::signature(std::string_view text) const {
  return util::hex_encode(util::hmac_sha256(key_, text));
}

std::string SignedPaths::make(const chat::PutPermit& permit, util::WallMillis expires) const {
  std::string path = beginning(permit.key, "PUT", expires);
  path.append("&type=").append(util::url_encode(permit.content_type));
  path.append("&size=").append(std::to_string(permit.size));
  const std::string proof = signature(path);
  return path.append(kSignature).append(proof);
}

std::string SignedPaths::make(const chat::GetPermit& permit, util::WallMillis expires) const {
  std::string path = beginning(permit.key, "GET", expires);
  path.append("&type=").append(util::url_encode(permit.content_type));
  path.append("&disposition=").append(util::url_encode(permit.disposition));
  const std::string proof = signature(path);
  return path.append(kSignature).append(proof);
}

std::optional<std::string_view> SignedPaths::signed_part(std::string_view target) const {
  const auto at = target.rfind(kSignature);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view text = target.substr(0, at);
  if (!util::constant_time_equal(target.substr(at + kSignature.size()), signature(text))) return std::nullopt;
  return text;
}

std::optional<chat::PutPermit> SignedPaths::verify_put(std::string_view target, util::WallMillis now) const {
  const auto text = signed_part(target);
  if (!text) return std::nullopt;
  // From here on it is a text of ours, so what does not parse was made for the other method.
  std::string_view rest = *text;
  auto key = take_key(rest, "PUT", now);
  if (!key) return std::nullopt;
  auto type = take(rest, "&type=");
  const auto size = take_number(rest, "&size=");
  if (!type || !size || !rest.empty()) return std::nullopt;
  return chat::PutPermit{*std::move(key), *std::move(type), *size};
}

std::optional<chat::GetPermit> SignedPaths::verify_get(std::string_view target, util::WallMillis now) const {
  const auto text = signed_part(target);
  if (!text) return std::nullopt;
  std::string_view rest = *text;
  auto key = take_key(rest, "GET", now);
  if (!key) return std::nullopt;
  auto type = take(rest, "&type=");
  auto disposition = take(rest, "&disposition=");
  if (!type || !disposition || !rest.empty()) return std::nullopt;
  return chat::GetPermit{*std::move(key), *std::move(type), *std::move(disposition)};
}

}  // namespace chillin::blob
