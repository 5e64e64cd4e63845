#include <charconv>

#include "chat/create_room.h"
#include "chat/enter_room.h"
#include "chat/list_rooms.h"
#include "chat/room_messages.h"
#include "chat/search_messages.h"
#include "gateway/json_in.h"
#include "gateway/json_out.h"
#include "gateway/rest.h"

namespace chillin::gateway {

namespace {

chat::Error not_json() {
  return chat::refuse(chat::ErrorCode::kInvalidPayload, "The body must be a JSON object.");
}

net::HttpResponse room_response(int status, const chat::Room& room) {
  std::string json;
  append_room(json, room);
  return wrapped(status, "room", json);
}

// A whole number of the query; sets `error` when it is there and is none.
std::optional<std::int64_t> query_number(const net::QueryParams& query, std::string_view name,
                                         std::optional<chat::Error>& error) {
  const auto text = query.get(name);
  if (!text || text->empty()) return std::nullopt;
  std::int64_t value = 0;
  const auto [end, failure] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (failure == std::errc() && end == text->data() + text->size()) return value;
  error = chat::refuse(chat::ErrorCode::kInvalidPayload, "'" + std::string(name) + "' must be a whole number.",
                       std::string(name));
  return std::nullopt;
}

std::string messages_json(const std::vector<chat::Message>& messages, const std::optional<chat::Account>& reader) {
  const std::string key = reader ? chat::Identity{reader->id, reader->username}.author_key() : std::string();
  std::string out = "[";
  for (const auto& m : messages) {
    if (out.size() > 1) out += ',';
    append_message(out, m, reader && m.author_key == key ? std::string_view(m.temp_id) : std::string_view());
  }
  out += ']';
  return out;
}

}  // namespace

void add_room_routes(Router& router, const RestContext& context) {
  chat::Service& service = context.service;

  router.add("GET", "/api/rooms", [&service](RestRequest&) -> util::Task<net::HttpResponse> {
    const auto rooms = co_await chat::list_rooms(service);
    if (!rooms) co_return error_response(rooms.error());
    std::string list = "[";
    for (const auto& room : *rooms) {
      if (list.size() > 1) list += ',';
      append_room(list, room);
    }
    list += ']';
    co_return wrapped(200, "rooms", list);
  });

  router.add("POST", "/api/rooms/create", [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
    auto account = co_await account_of(service, request.http);
    if (!account) co_return error_response(account.error());
    const auto body = parse_body(request.http.body);
    if (!body) co_return error_response(not_json());
    FieldReader fields(&*body);
    chat::CreateRoom command;
    if (account->has_value()) {
      command.creator = {(*account)->id, (*account)->username};
    } else {
      // The earlier client had no session and said who it was.
      command.creator.name = fields.optional_text("creator").value_or(fields.text_or("username", ""));
    }
    command.name = fields.text("name");
    command.description = fields.text_or("description", "");
    command.password = fields.text_or("password", "");
    command.is_private = fields.boolean_or("isPrivate", false);
    command.address = request.address;
    if (fields.error()) co_return error_response(*fields.error());
    const auto room = co_await chat::create_room(service, std::move(command));
    if (!room) co_return error_response(room.error());
    co_return room_response(201, *room);
  });

  router.add("POST", "/api/rooms/join", [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
    auto account = co_await account_of(service, request.http);
    if (!account) co_return error_response(account.error());
    const auto body = parse_body(request.http.body);
    if (!body) co_return error_response(not_json());
    FieldReader fields(&*body);
    chat::EnterRoom command{std::move(*account), fields.text("roomName"), fields.text_or("password", ""),
                            request.address};
    if (fields.error()) co_return error_response(*fields.error());
    const auto room = co_await chat::enter_room(service, std::move(command));
    if (!room) co_return error_response(room.error());
    co_return room_response(200, *room);
  });

  router.add("GET", "/api/rooms/:roomName/messages", [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
    auto account = co_await account_of(service, request.http);
    if (!account) co_return error_response(account.error());
    const net::QueryParams query(request.http.query());
    std::optional<chat::Error> error;
    chat::RoomMessages command{*account, request.params["roomName"], std::nullopt};
    if (const auto before = query_number(query, "before", error)) command.before = chat::Seq{*before};
    command.limit = query_number(query, "limit", error).value_or(command.limit);
    if (error) co_return error_response(*error);
    const auto page = co_await chat::room_messages(service, std::move(command));
    if (!page) co_return error_response(page.error());
    std::string out;
    util::JsonWriter w(out);
    w.begin_object().key("messages").raw(messages_json(page->messages, *account));
    w.field("seq", page->seq.value).field("hasMore", page->has_more).end_object();
    co_return json_response(200, std::move(out));
  });

  router.add("GET", "/api/search", [&service](RestRequest& request) -> util::Task<net::HttpResponse> {
    auto account = co_await account_of(service, request.http);
    if (!account) co_return error_response(account.error());
    const net::QueryParams query(request.http.query());
    std::optional<chat::Error> error;
    chat::SearchMessages command;
    command.account = *account;
    command.text = std::string(query.get("q").value_or(""));
    command.room = std::string(query.get("room").value_or(""));
    command.limit = query_number(query, "limit", error).value_or(command.limit);
    if (error) co_return error_response(*error);
    const auto found = co_await chat::search_messages(service, std::move(command));
    if (!found) co_return error_response(found.error());
    co_return wrapped(200, "messages", messages_json(*found, *account));
  });
}

}  // namespace chillin::gateway
