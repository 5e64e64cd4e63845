#include "chat/login.h"
#include "chat/logout.h"
#include "chat/register_account.h"
#include "gateway/file_cookie.h"
#include "gateway/gateway_metrics.h"
#include "gateway/json_in.h"
#include "gateway/json_out.h"
#include "gateway/rest.h"

namespace chillin::gateway {

namespace {

chat::Error not_json() {
  return chat::refuse(chat::ErrorCode::kInvalidPayload, "The body must be a JSON object.");
}

net::HttpResponse signed_in(int status, const net::HttpRequest& request, const chat::SignedIn& in) {
  std::string user;
  append_user(user, in.account);
  std::string body;
  util::JsonWriter(body).begin_object().key("user").raw(user).field("token", in.token).end_object();
  auto response = json_response(status, std::move(body));
  response.headers.push_back(file_cookie(request, in.token));
  return response;
}

}  // namespace

void add_auth_routes(Router& router, const RestContext& context) {
  chat::Service& service = context.service;

  router.add("POST", "/api/auth/register", [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
    const auto body = parse_body(request.http.body);
    if (!body) co_return error_response(not_json());
    FieldReader fields(&*body);
    chat::RegisterAccount command{fields.text("username"), fields.text_or("email", ""), fields.text("password"),
                                  request.address};
    if (fields.error()) co_return error_response(*fields.error());
    const auto in = co_await chat::register_account(service, std::move(command));
    count_registration(in ? nullptr : &in.error());
    if (!in) co_return error_response(in.error());
    co_return signed_in(201, request.http, *in);
  });

  router.add("POST", "/api/auth/login", [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
    const auto body = parse_body(request.http.body);
    if (!body) co_return error_response(not_json());
    FieldReader fields(&*body);
    chat::Login command{fields.text("username"), fields.text("password"), request.address};
    if (fields.error()) co_return error_response(*fields.error());
    const auto in = co_await chat::login(service, std::move(command));
    count_login(in ? nullptr : &in.error());
    if (!in) co_return error_response(in.error());
    co_return signed_in(200, request.http, *in);
  });

  router.add("POST", "/api/auth/logout", [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
    std::string token = bearer_token(request.http);
    if (token.empty()) co_return error_response(chat::refuse(chat::ErrorCode::kAuthRequired));
    const auto done = co_await chat::logout(service, std::move(token));
    if (!done) co_return error_response(done.error());
    auto response = json_response(200, R"({"ok":true})");
    response.headers.push_back(file_cookie(request.http, ""));
    co_return response;
  });
}

}  // namespace chillin::gateway
