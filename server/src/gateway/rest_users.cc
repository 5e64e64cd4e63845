#include "chat/open_blob.h"
#include "chat/rooms_of.h"
#include "chat/set_avatar.h"
#include "chat/update_profile.h"
#include "gateway/file_cookie.h"
#include "gateway/json_in.h"
#include "gateway/json_out.h"
#include "gateway/rest.h"

namespace chillin::gateway {

namespace {

net::HttpResponse user_response(const chat::Account& account) {
  std::string user;
  append_user(user, account);
  return wrapped(200, "user", user);
}

}  // namespace

void add_user_routes(Router& router, const RestContext& context) {
  chat::Service& service = context.service;

  router.add("GET", "/api/users/me", [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
    const auto account = co_await require_account(service, request.http);
    if (!account) co_return error_response(account.error());
    auto response = user_response(*account);
    response.headers.push_back(file_cookie(request.http, bearer_token(request.http)));
    co_return response;
  });

  router.add("PATCH", "/api/users/me", [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
    auto account = co_await require_account(service, request.http);
    if (!account) co_return error_response(account.error());
    const auto body = parse_body(request.http.body);
    if (!body) {
      co_return error_response(chat::refuse(chat::ErrorCode::kInvalidPayload, "The body must be a JSON object."));
    }
    FieldReader fields(&*body);
    chat::ProfileUpdate update;
    update.email = fields.optional_text("email");
    update.avatar = fields.optional_text("avatar");
    update.status_text = fields.optional_text("statusText");
    update.password = fields.optional_text("password");
    update.current_password = fields.text_or("currentPassword", "");
    update.token = bearer_token(request.http);
    update.address = request.address;
    if (fields.error()) co_return error_response(*fields.error());
    const auto changed = co_await chat::update_profile(service, std::move(*account), std::move(update));
    if (!changed) co_return error_response(changed.error());
    co_return user_response(*changed);
  });

  const auto avatar = [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
    auto account = co_await require_account(service, request.http);
    if (!account) co_return error_response(account.error());
    const auto changed = co_await chat::set_avatar(service, std::move(*account), request.http.body);
    if (!changed) co_return error_response(changed.error());
    co_return user_response(*changed);
  };
  router.add("PUT", "/api/users/me/avatar", avatar, chat::kMaxAvatarBytes);
  router.add("POST", "/api/users/me/avatar", avatar, chat::kMaxAvatarBytes);

  const auto show_avatar = [&service](std::string username) -> util::Task<net::HttpResponse> {
    auto address = co_await chat::avatar_of(service, std::move(username));
    if (!address) co_return error_response(address.error());
    net::HttpResponse response;
    response.status = 302;
    response.headers = {{"Location", *std::move(address)}, {"Cache-Control", "private, max-age=60"}};
    co_return response;
  };
  router.add("GET", "/api/users/me/avatar",
             [&service, show_avatar](RestRequest& request) -> util::Task<net::HttpResponse> {
               auto account = co_await require_account(service, request.http);
               if (!account) co_return error_response(account.error());
               co_return co_await show_avatar(std::move(account->username));
             });
  router.add("GET", "/api/users/:username/avatar",
             [show_avatar](RestRequest& request) { return show_avatar(request.params["username"]); });

  router.add("GET", "/api/users/me/rooms", [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
    auto account = co_await require_account(service, request.http);
    if (!account) co_return error_response(account.error());
    const auto rooms = co_await chat::rooms_of(service, std::move(*account));
    if (!rooms) co_return error_response(rooms.error());
    std::string list;
    util::JsonWriter w(list);
    w.begin_array();
    for (const auto& joined : *rooms) {
      std::string room;
      append_room(room, joined.room);
      w.begin_object().key("room").raw(room).field("seq", joined.room.seq.value);
      w.field("readSeq", joined.membership.read_seq.value).end_object();
    }
    w.end_array();
    co_return wrapped(200, "rooms", list);
  });
}

}  // namespace chillin::gateway
