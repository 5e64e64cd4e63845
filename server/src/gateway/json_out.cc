#include "gateway/json_out.h"

#include <array>

namespace chillin::gateway {

namespace {

using util::JsonWriter;

void time_field(JsonWriter& w, std::string_view key, util::WallMillis t) {
  w.field(key, util::iso8601(t));
}

void write_reactions(JsonWriter& w, const std::vector<chat::Reaction>& reactions) {
  w.begin_array();
  for (const auto& r : reactions) {
    w.begin_object().field("emoji", r.emoji).key("users").begin_array();
    for (const auto& user : r.users) w.value(user);
    w.end_array().end_object();
  }
  w.end_array();
}

std::string_view status_name(chat::UserStatus status) {
  static constexpr std::array<std::string_view, 4> kNames = {"online", "away", "busy", "offline"};
  return kNames[static_cast<std::size_t>(status)];
}

template <class... F>
struct Overloaded : F... {
  using F::operator()...;
};

}  // namespace

void append_reactions(std::string& out, const std::vector<chat::Reaction>& reactions) {
  JsonWriter w(out);
  write_reactions(w, reactions);
}

void append_message(std::string& out, const chat::Message& m, std::string_view temp_id) {
  JsonWriter w(out);
  w.begin_object().field("id", m.id.to_string()).field("room", m.room).field("seq", m.id.seq.value);
  w.field("user", m.user).field("text", m.text);
  time_field(w, "timestamp", m.timestamp);
  if (m.change_seq) w.field("changeSeq", m.change_seq->value);
  if (m.edited_at) time_field(w, "editedAt", *m.edited_at);
  if (m.deleted_at) time_field(w, "deletedAt", *m.deleted_at);
  if (m.reply_to) w.field("replyTo", m.reply_to->to_string());
  if (m.thread_root) w.field("threadRoot", m.thread_root->to_string());
  if (!m.reactions.empty()) {
    w.key("reactions");
    write_reactions(w, m.reactions);
  }
  if (!m.attachments.empty()) {
    w.key("attachments").begin_array();
    for (const auto& a : m.attachments) {
      w.begin_object().field("id", a.id).field("name", a.name).field("type", a.content_type);
      w.field("size", a.size).field("url", a.url).end_object();
    }
    w.end_array();
  }
  if (!temp_id.empty()) w.field("tempId", temp_id);
  w.end_object();
}

void append_user(std::string& out, const chat::Account& account) {
  JsonWriter w(out);
  w.begin_object().field("username", account.username).field("email", account.email).field("avatar", account.avatar);
  time_field(w, "createdAt", account.created_at);
  w.end_object();
}

void append_room(std::string& out, const chat::Room& room) {
  JsonWriter w(out);
  w.begin_object().field("name", room.name).field("description", room.description).field("creator", room.creator);
  w.field("isPrivate", room.is_private).field("memberCount", room.member_count);
  time_field(w, "createdAt", room.created_at);
  w.end_object();
}

void append_error_result(std::string& out, const chat::Error& error) {
  JsonWriter w(out);
  w.begin_object().field("code", chat::code_name(error.code));
  if (error.retry_after_ms >= 0) w.field("retryAfterMs", error.retry_after_ms);
  if (!error.field.empty()) w.field("field", error.field);
  w.end_object();
}

std::string refusal_args(const chat::Error& error) {
  std::string out = "[";
  util::append_json_string(out, error.message);
  out += ',';
  append_error_result(out, error);
  out += ']';
  return out;
}

std::string success_args(std::string_view result_json) {
  std::string out = "[null,";
  out += result_json;
  out += ']';
  return out;
}

WireEvent wire_event(const chat::RoomEvent& event, std::string_view temp_id) {
  const chat::Message& m = event.message;
  WireEvent out;
  if (event.kind == chat::ChangeKind::kCreated) {
    out.name = "message";
    out.args.reserve(192 + m.text.size());
    append_message(out.args, m, temp_id);
    return out;
  }
  JsonWriter w(out.args);
  w.begin_object().field("room", m.room).field("seq", event.seq.value).field("id", m.id.to_string());
  switch (event.kind) {
    case chat::ChangeKind::kEdited:
      out.name = "messageEdited";
      w.field("text", m.text);
      if (m.edited_at) time_field(w, "editedAt", *m.edited_at);
      break;
    case chat::ChangeKind::kDeleted:
      out.name = "messageDeleted";
      if (m.deleted_at) time_field(w, "deletedAt", *m.deleted_at);
      break;
    case chat::ChangeKind::kReaction:
    case chat::ChangeKind::kCreated:
      out.name = "reactionUpdated";
      w.field("user", event.actor.name).field("emoji", event.emoji).field("on", event.on).key("reactions");
      write_reactions(w, m.reactions);
      break;
  }
  // The whole message as it is now: a client that keeps snapshots need not patch.
  w.key("message");
  std::string message;
  append_message(message, m);
  w.raw(message).end_object();
  return out;
}

WireEvent wire_event(const chat::Push& push, util::WallMillis now) {
  WireEvent out;
  JsonWriter w(out.args);
  std::visit(
      Overloaded{
          [&](const chat::Notice& n) {
            out.name = "message";
            w.begin_object().field("user", "admin").field("text", n.text);
            time_field(w, "timestamp", now);
            w.field("room", n.room).end_object();
          },
          [&](const chat::RoomData& d) {
            out.name = "roomData";
            w.begin_object().field("room", d.room).key("users").raw(d.snapshot.users_json);
            w.field("total", d.snapshot.total).end_object();
          },
          [&](const chat::Typing& t) {
            out.name = t.typing ? "userTyping" : "userStoppedTyping";
            w.begin_object().field("user", t.user).field("room", t.room).end_object();
          },
          [&](const chat::PresenceChange& p) {
            out.name = "presence";
            w.begin_object().field("room", p.room).field("user", p.user).field("status", status_name(p.status));
            if (!p.text.empty()) w.field("text", p.text);
            w.end_object();
          },
          [&](const chat::ReadReceipt& r) {
            out.name = "readReceipt";
            w.begin_object().field("room", r.room).field("user", r.user).field("seq", r.seq.value).end_object();
          },
          [&](const chat::RoomUpdated& r) {
            out.name = "roomUpdated";
            std::string room;
            append_room(room, r.room);
            w.begin_object().key("room").raw(room).end_object();
          },
          [&](const chat::Unread& u) {
            out.name = "unread";
            w.begin_object().field("room", u.room).field("count", u.count).field("seq", u.seq.value).end_object();
          },
          [&](const chat::Mention& m) {
            out.name = "mention";
            std::string message;
            append_message(message, m.message);
            w.begin_object().field("room", m.message.room).key("message").raw(message).end_object();
          },
          [&](const chat::Kicked& k) {
            out.name = "kicked";
            w.begin_object().field("room", k.room).field("reason", k.reason).end_object();
          },
          [&](const chat::ServerShutdown& s) {
            out.name = "serverShutdown";
            w.begin_object().field("retryAfterMs", s.retry_after_ms).end_object();
          },
      },
      push);
  return out;
}

}  // namespace chillin::gateway
