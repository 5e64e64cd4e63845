#include "gateway/rest.h"

#include "chat/authenticate.h"
#include "util/json_writer.h"

namespace chillin::gateway {

void add_routes(Router& router, const RestContext& context) {
  add_auth_routes(router, context);
  add_user_routes(router, context);
  add_room_routes(router, context);
  add_file_routes(router, context);
  add_service_routes(router, context);
}

std::string bearer_token(const net::HttpRequest& request) {
  static constexpr std::string_view kBearer = "Bearer ";
  const auto header = request.header("authorization");
  return header.starts_with(kBearer) ? std::string(header.substr(kBearer.size())) : std::string();
}

util::Task<chat::Result<std::optional<chat::Account>>> account_of(chat::Service& service,
                                                                  const net::HttpRequest& request) {
  std::string token = bearer_token(request);
  if (token.empty()) co_return std::optional<chat::Account>();
  auto account = co_await chat::authenticate(service, std::move(token));
  if (!account) co_return account.error();
  co_return std::optional<chat::Account>(std::move(*account));
}

util::Task<chat::Result<chat::Account>> require_account(chat::Service& service, const net::HttpRequest& request) {
  auto account = co_await account_of(service, request);
  if (!account) co_return account.error();
  if (!account->has_value()) co_return chat::refuse(chat::ErrorCode::kAuthRequired);
  co_return std::move(**account);
}

net::HttpResponse wrapped(int status, std::string_view key, std::string_view json) {
  std::string body;
  util::JsonWriter(body).begin_object().key(key).raw(json).end_object();
  return json_response(status, std::move(body));
}

}  // namespace chillin::gateway
