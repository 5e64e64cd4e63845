#include "gateway/file_cookie.h"

#include <algorithm>

#include "chat/authenticate.h"
#include "gateway/rest.h"

namespace chillin::gateway {

namespace {

constexpr std::string_view kName = "chillin_files";

std::string token_of(const net::HttpRequest& request) {
  std::string token = bearer_token(request);
  if (!token.empty()) return token;
  std::string_view rest = request.header("cookie");
  while (!rest.empty()) {
    std::string_view part = rest.substr(0, rest.find(';'));
    rest.remove_prefix(std::min(rest.size(), part.size() + 1));
    while (part.starts_with(' ')) part.remove_prefix(1);
    if (part.starts_with(kName) && part.substr(kName.size()).starts_with('=')) {
      return std::string(part.substr(kName.size() + 1));
    }
  }
  return {};
}

}  // namespace

std::pair<std::string, std::string> file_cookie(const net::HttpRequest& request, std::string_view token) {
  static constexpr std::string_view kDay = "86400";
  std::string value(kName);
  value.append("=").append(token).append("; Path=/api/uploads; HttpOnly; SameSite=Strict; Max-Age=");
  value.append(token.empty() ? "0" : kDay);
  // Whoever claims it untruly only keeps the cookie from himself.
  if (request.header("x-forwarded-proto") == "https") value += "; Secure";
  return {"Set-Cookie", std::move(value)};
}

util::Task<chat::Result<std::optional<chat::Account>>> file_reader(chat::Service& service,
                                                                   const net::HttpRequest& request) {
  std::string token = token_of(request);
  if (token.empty()) co_return std::optional<chat::Account>();
  auto account = co_await chat::authenticate(service, std::move(token));
  if (account) co_return std::optional(*std::move(account));
  if (account.error().code == chat::ErrorCode::kUnavailable) co_return std::move(account).error();
  co_return std::optional<chat::Account>();
}

}  // namespace chillin::gateway
