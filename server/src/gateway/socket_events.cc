// The events of contract: each parses its payload and names its use case.

#include <utility>

#include "chat/delete_message.h"
#include "chat/edit_message.h"
#include "chat/join_room.h"
#include "chat/leave_room.h"
#include "chat/load_history.h"
#include "chat/mark_read.h"
#include "chat/message_trace.h"
#include "chat/react.h"
#include "chat/send_message.h"
#include "chat/set_status.h"
#include "chat/sync_room.h"
#include "chat/typing.h"
#include "gateway/gateway_metrics.h"
#include "gateway/json_out.h"
#include "gateway/socket_gateway.h"
#include "util/log.h"
#include "util/text.h"

namespace chillin::gateway {

namespace {

using util::JsonWriter;
using Work = util::Task<chat::Result<Reply>>;

// A Task that is never run: what a parser returns beside an error.
Work nothing() {
  co_return Reply{};
}

// `{ room }`, or nothing at all: then the room joined last.
std::string optional_room(const json::value* arg, std::optional<chat::Error>& error) {
  if (arg == nullptr || arg->is_null()) return {};
  FieldReader fields(arg);
  std::string room = fields.text_or("room", "");
  error = fields.error();
  return room;
}

std::optional<chat::MessageId> message_id(FieldReader& fields, std::string_view name,
                                          std::optional<chat::Error>& error) {
  const auto text = fields.optional_text(name);
  if (!text) return std::nullopt;
  const auto id = chat::MessageId::parse(*text);
  if (!id && !error) {
    error = chat::refuse(chat::ErrorCode::kInvalidPayload, "'" + std::string(name) + "' is not the id of a message.",
                         std::string(name));
  }
  return id;
}

std::optional<chat::MessageId> required_id(FieldReader& fields, std::optional<chat::Error>& error) {
  if (static_cast<void>(fields.text("id")); fields.error()) {
    error = fields.error();
    return std::nullopt;
  }
  const auto id = message_id(fields, "id", error);
  // Well formed or not, an id that names nothing is one answer for the client.
  if (error) error = chat::refuse(chat::ErrorCode::kMessageNotFound, "There is no such message.", "id");
  return id;
}

void write_messages(JsonWriter& w, std::string_view key, const std::vector<chat::Message>& messages,
                    const chat::Identity* reader) {
  w.key(key).begin_array();
  std::string json;
  for (const auto& m : messages) {
    json.clear();
    const bool own = reader != nullptr && !m.temp_id.empty() && m.author_key == reader->author_key();
    append_message(json, m, own ? std::string_view(m.temp_id) : std::string_view());
    w.raw(json);
  }
  w.end_array();
}

// As whom the device reads a room (as typed; empty: the one joined last): its own messages come with their tempId.
const chat::Identity* reader_of(const chat::Session& session, std::string_view room) {
  if (session.account) return &*session.account;
  const auto name = util::normalize_name(room);
  const chat::JoinedRoom* in = nullptr;
  if (name && !name->empty()) {
    in = session.joined(std::string_view(*name));
  } else if (!session.rooms.empty()) {
    in = &session.rooms.back();
  }
  return in == nullptr ? nullptr : &in->who;
}

std::string sync_json(std::string_view key, const std::string* room, const chat::SyncPage& page,
                      const chat::Identity* reader) {
  std::string out;
  JsonWriter w(out);
  w.begin_object();
  if (room != nullptr) w.field("room", *room);
  write_messages(w, key, page.changes, reader);
  w.field("seq", page.seq.value).field("hasMore", page.has_more).end_object();
  return out;
}

std::string room_json(std::string_view room) {
  std::string out;
  JsonWriter(out).begin_object().field("room", room).end_object();
  return out;
}

// What the event of the change says too, beside the whole message.
Reply changed_reply(const chat::Changed& changed, chat::ChangeKind kind) {
  Reply reply;
  const auto& m = changed.message;
  JsonWriter w(reply.result_json);
  w.begin_object().field("id", m.id.to_string()).field("room", m.room).field("seq", m.last_change().value);
  if (kind == chat::ChangeKind::kEdited && m.edited_at) w.field("editedAt", util::iso8601(*m.edited_at));
  if (kind == chat::ChangeKind::kDeleted && m.deleted_at) w.field("deletedAt", util::iso8601(*m.deleted_at));
  if (kind == chat::ChangeKind::kReaction) {
    std::string reactions;
    append_reactions(reactions, m.reactions);
    w.key("reactions").raw(reactions);
  }
  std::string message;
  append_message(message, m);
  w.key("message").raw(message).end_object();
  return reply;
}

Work done_with(util::Task<chat::Result<chat::Changed>> work, chat::ChangeKind kind) {
  auto changed = co_await std::move(work);
  if (!changed) co_return changed.error();
  co_return changed_reply(*changed, kind);
}

Work done_with(util::Task<chat::Status> work) {
  auto status = co_await std::move(work);
  if (!status) co_return status.error();
  Reply reply;
  reply.result_json = "{}";
  co_return reply;
}

}  // namespace

struct SocketGateway::JoinArgs {
  std::string name;
  std::string room;
  std::string password;
  std::optional<chat::Seq> last_seq;
};

struct SocketGateway::SendArgs {
  chat::SendMessage command;
  std::string temp_id;
  std::string trace;  ///< the trace id that came; empty: none
};

Work SocketGateway::join(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  FieldReader fields(arg);
  JoinArgs args;
  // An account is in a room as itself, so it need not say its name.
  args.name = call.device->session.account ? fields.text_or("name", "") : fields.text("name");
  args.room = fields.text("room");
  args.password = fields.text_or("password", "");
  if (const auto last = fields.optional_integer("lastSeq")) args.last_seq = chat::Seq{*last};
  error = fields.error();
  return error ? nothing() : run_join(call.socket, call.device, std::move(args));
}

Work SocketGateway::run_join(socketio::SocketPtr socket, DevicePtr device, JoinArgs args) {
  chat::JoinRoom command{
      .name = std::move(args.name), .room = std::move(args.room), .password = std::move(args.password)};
  command.with_history = false;
  auto view = co_await chat::join_room(service_, session_of(device), std::move(command));
  if (!view) co_return view.error();
  const std::string room = view->room.name;

  auto subscribed = co_await subscribe(socket, device, room, view->room.id);
  if (!subscribed) {
    // In the room, but without its messages: better not in it, so that trying again starts afresh.
    if (!device->session.closed && !view->already_in) {
      static_cast<void>(co_await chat::leave_room(service_, session_of(device), room));
    }
    co_return subscribed.error();
  }

  Reply reply;
  std::string history;
  chat::Seq seq;
  if (args.last_seq) {
    auto page = co_await chat::sync_room(service_, session_of(device), {room, *args.last_seq});
    if (!page) co_return page.error();
    seq = page->seq;
    history = sync_json("messages", &room, *page, &view->who);
  } else {
    // No suspension since the device was subscribed, or it has been for long: either way the feed and what this socket
    // was sent stand at the same seq.
    const RoomFeed* feed = delivery_.feeds().find(room);
    if (feed == nullptr || !feed->live()) co_return chat::refuse(chat::ErrorCode::kUnavailable);
    seq = feed->seq();
    JsonWriter w(history);
    w.begin_object().field("room", room).key("messages");
    std::string messages;
    feed->append_history_json(messages, view->who.author_key());
    w.raw(messages).field("seq", seq.value).field("hasMore", feed->has_more()).end_object();
  }
  JsonWriter(reply.result_json)
      .begin_object()
      .field("room", room)
      .field("user", view->who.name)
      .field("seq", seq.value)
      .end_object();
  if (chat::tracing()) {
    util::log_debug("room_joined", {{"room", room},
                                    {"author", view->who.author_key()},
                                    {"name", view->who.name},
                                    {"seq", seq.value},
                                    {"socket", socket->id()}});
  }
  reply.then.push_back({"messageHistory", std::move(history)});
  const auto now = service_.clock.wall();
  if (!view->welcome.empty()) {
    WireEvent welcome = wire_event(chat::Notice{room, std::move(view->welcome)}, now);
    reply.then.push_back({welcome.name, std::move(welcome.args)});
  }
  WireEvent people = wire_event(chat::RoomData{room, std::move(view->snapshot)}, now);
  reply.then.push_back({people.name, std::move(people.args)});
  co_return reply;
}

Work SocketGateway::leave(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  std::string room = optional_room(arg, error);
  if (error) return nothing();
  return [](SocketGateway& self, socketio::SocketPtr socket, DevicePtr device, std::string name) -> Work {
    auto left = co_await chat::leave_room(self.service_, session_of(device), std::move(name));
    if (!left) co_return left.error();
    self.unsubscribe(*socket, *device, *left);
    if (chat::tracing()) util::log_debug("room_left", {{"room", *left}, {"socket", socket->id()}});
    Reply reply;
    reply.result_json = room_json(*left);
    co_return reply;
  }(*this, call.socket, call.device, std::move(room));
}

Work SocketGateway::send_message(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  SendArgs args;
  if (arg != nullptr && arg->is_string()) {
    args.command.text.assign(arg->get_string().data(), arg->get_string().size());
    return run_send(call.socket, call.device, std::move(args));
  }
  FieldReader fields(arg);
  args.command.text = fields.text("text");
  args.command.temp_id = fields.text_or("tempId", "");
  args.command.room = fields.text_or("room", "");
  args.command.attachments = fields.optional_texts("attachments");
  args.command.reply_to = message_id(fields, "replyTo", error);
  args.command.thread_root = message_id(fields, "threadRoot", error);
  if (fields.error()) error = fields.error();
  if (error) return nothing();
  args.temp_id = args.command.temp_id;
  // One that is none is no reason to refuse what somebody wrote.
  if (const auto given = fields.optional_text("traceparent")) args.trace = chat::parse_traceparent(*given).value_or("");
  return run_send(call.socket, call.device, std::move(args));
}

Work SocketGateway::run_send(socketio::SocketPtr socket, DevicePtr device, SendArgs args) {
  if (!args.temp_id.empty() && !device->session.account) {
    // A guest becomes reachable as an author with its first send: thousands who only read need no room for it.
    if (const auto* who = reader_of(device->session, args.command.room)) reachable_as(*socket, *device, *who);
  }
  if (args.trace.empty()) args.trace = device->trace;
  if (!args.trace.empty() && chat::tracing()) {
    if (const auto* who = reader_of(device->session, args.command.room)) {
      chat::remember_trace(who->author_key(), args.temp_id, args.trace);
    }
  }
  auto sent = co_await chat::send_message(service_, session_of(device), std::move(args.command));
  if (chat::tracing()) {
    const std::string made = sent ? chat::trace_of(sent->appended.id) : std::string();
    util::log_debug("message_sent", {{"trace", args.trace.empty() ? made : args.trace},
                                     {"message", sent ? sent->appended.id.to_string() : std::string()},
                                     {"code", sent ? std::string_view("OK") : chat::code_name(sent.error().code)},
                                     {"again", sent ? sent->appended.duplicate : false},
                                     {"tempId", args.temp_id},
                                     {"socket", socket->id()}});
  }
  if (!sent) co_return sent.error();
  count_sent(sent->appended.duplicate);

  Reply reply;
  JsonWriter w(reply.result_json);
  w.begin_object();
  if (!args.temp_id.empty()) w.field("tempId", args.temp_id);
  w.field("id", sent->appended.id.to_string()).field("timestamp", util::iso8601(sent->appended.timestamp));
  w.field("room", sent->room).field("seq", sent->appended.id.seq.value).end_object();
  if (!args.temp_id.empty()) reply.then.push_back({"messageConfirmed", reply.result_json});
  co_return reply;
}

Work SocketGateway::start_typing(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  std::string room = optional_room(arg, error);
  return error ? nothing() : done_with(chat::typing(service_, session_of(call.device), std::move(room), true));
}

Work SocketGateway::stop_typing(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  std::string room = optional_room(arg, error);
  return error ? nothing() : done_with(chat::typing(service_, session_of(call.device), std::move(room), false));
}

Work SocketGateway::load_history(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  FieldReader fields(arg);
  chat::LoadHistory command;
  command.room = fields.text_or("room", "");
  if (const auto before = fields.optional_integer("before")) command.before = chat::Seq{*before};
  command.limit = fields.optional_integer("limit").value_or(command.limit);
  error = fields.error();
  if (error) return nothing();
  return [](SocketGateway& self, DevicePtr device, chat::LoadHistory c) -> Work {
    const std::string room = c.room;
    auto page = co_await chat::load_history(self.service_, session_of(device), std::move(c));
    if (!page) co_return page.error();
    Reply reply;
    JsonWriter w(reply.result_json);
    w.begin_object();
    write_messages(w, "messages", page->messages, reader_of(device->session, room));
    w.field("hasMore", page->has_more).end_object();
    co_return reply;
  }(*this, call.device, std::move(command));
}

Work SocketGateway::sync(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  FieldReader fields(arg);
  chat::SyncRoom command;
  command.room = fields.text_or("room", "");
  command.last_seq = chat::Seq{fields.integer("lastSeq")};
  error = fields.error();
  if (error) return nothing();
  return [](SocketGateway& self, DevicePtr device, chat::SyncRoom c) -> Work {
    const std::string room = c.room;
    auto page = co_await chat::sync_room(self.service_, session_of(device), std::move(c));
    if (!page) co_return page.error();
    Reply reply;
    reply.result_json = sync_json("changes", nullptr, *page, reader_of(device->session, room));
    co_return reply;
  }(*this, call.device, std::move(command));
}

Work SocketGateway::edit_message(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  FieldReader fields(arg);
  std::string text = fields.text("text");
  const auto id = required_id(fields, error);
  if (fields.error()) error = fields.error();
  if (error || !id) return nothing();
  return done_with(chat::edit_message(service_, session_of(call.device), {*id, std::move(text)}),
                   chat::ChangeKind::kEdited);
}

Work SocketGateway::delete_message(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  FieldReader fields(arg);
  const auto id = required_id(fields, error);
  if (error || !id) return nothing();
  return done_with(chat::delete_message(service_, session_of(call.device), *id), chat::ChangeKind::kDeleted);
}

Work SocketGateway::react(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  FieldReader fields(arg);
  std::string emoji = fields.text("emoji");
  const bool on = fields.boolean_or("on", true);
  const auto id = required_id(fields, error);
  if (fields.error()) error = fields.error();
  if (error || !id) return nothing();
  return done_with(chat::react(service_, session_of(call.device), {*id, std::move(emoji), on}),
                   chat::ChangeKind::kReaction);
}

Work SocketGateway::mark_read(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  FieldReader fields(arg);
  chat::MarkRead command;
  command.room = fields.text_or("room", "");
  command.seq = chat::Seq{fields.integer("seq")};
  error = fields.error();
  if (error) return nothing();
  return [](SocketGateway& self, DevicePtr device, chat::MarkRead c) -> Work {
    const std::string room = c.room;
    auto stands = co_await chat::mark_read(self.service_, session_of(device), std::move(c));
    if (!stands) co_return stands.error();
    Reply reply;
    JsonWriter(reply.result_json).begin_object().field("room", room).field("seq", stands->value).end_object();
    co_return reply;
  }(*this, call.device, std::move(command));
}

Work SocketGateway::set_status(Call& call, const json::value* arg, std::optional<chat::Error>& error) {
  FieldReader fields(arg);
  const std::string status = fields.text("status");
  chat::SetStatus command;
  command.text = fields.optional_text("text");
  error = fields.error();
  if (!error) {
    if (status == "online") {
      command.status = chat::UserStatus::kOnline;
    } else if (status == "away") {
      command.status = chat::UserStatus::kAway;
    } else if (status == "busy") {
      command.status = chat::UserStatus::kBusy;
    } else {
      error = chat::refuse(chat::ErrorCode::kInvalidPayload, "'status' must be online, away or busy.", "status");
    }
  }
  return error ? nothing() : done_with(chat::set_status(service_, session_of(call.device), std::move(command)));
}

}  // namespace chillin::gateway
