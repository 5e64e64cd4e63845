#include "chat/send_message.h"

#include <algorithm>
#include <utility>

#include "chat/announce.h"
#include "chat/attach_uploads.h"
#include "chat/live_state.h"
#include "chat/mentions.h"
#include "chat/pipeline/membership.h"
#include "chat/pipeline/pipeline.h"
#include "chat/pipeline/sanitising.h"
#include "util/crypto.h"

namespace chillin::chat {

namespace {

constexpr std::size_t kMaxAttachments = 10;

const RecentSend* recent_send(const Session& session, RoomId room, const std::string& temp_id) {
  const auto& sends = session.recent_sends;
  const auto it = std::find_if(sends.begin(), sends.end(),
                               [&](const RecentSend& s) { return s.room == room && s.temp_id == temp_id; });
  return it == sends.end() ? nullptr : &*it;
}

void remember_send(Session& session, RoomId room, std::string temp_id, const Appended& appended) {
  auto& sends = session.recent_sends;
  if (sends.size() == Session::kRecentSends) sends.erase(sends.begin());
  sends.push_back(RecentSend{room, std::move(temp_id), appended});
}

/// A message that this one points to must be one of the same room.
util::Task<Status> check_reference(Service& service, RoomId room, std::optional<MessageId> id, std::string field) {
  if (!id) co_return util::Ok{};
  const auto no_such = [&] { return refuse(ErrorCode::kInvalidPayload, "There is no such message here.", field); };
  if (id->room != room) co_return no_such();
  auto found = co_await service.log.find(*id);
  if (found) co_return util::Ok{};
  if (found.error().code == ErrorCode::kMessageNotFound) co_return no_such();
  co_return std::move(found).error();
}

}  // namespace

util::Task<Result<Sent>> send_message(Service& service, std::shared_ptr<Session> session, SendMessage command) {
  auto temp_id_ok = pipeline::check_temp_id(command.temp_id);
  if (!temp_id_ok) co_return std::move(temp_id_ok).error();
  if (command.attachments.size() > kMaxAttachments) {
    co_return refuse(ErrorCode::kInvalidPayload, "At most 10 files go with a message.", "attachments");
  }
  if (!command.temp_id.empty() && !session->recent_sends.empty()) {
    auto joined = pipeline::room_of(*session, command.room);
    const RecentSend* known = joined ? recent_send(*session, (*joined)->id, command.temp_id) : nullptr;
    if (known != nullptr) {
      Sent sent{known->appended, (*joined)->name};
      sent.appended.duplicate = true;
      co_return sent;
    }
  }

  pipeline::Request request{std::move(command.room), std::move(command.text), !command.attachments.empty()};
  auto accepted = co_await pipeline::validate(service, session, std::move(request));
  if (!accepted) co_return std::move(accepted).error();
  JoinedRoom& room = accepted->room;

  if (command.reply_to || command.thread_root) {
    auto reply_ok = co_await check_reference(service, room.id, command.reply_to, "replyTo");
    if (!reply_ok) co_return std::move(reply_ok).error();
    auto thread_ok = co_await check_reference(service, room.id, command.thread_root, "threadRoot");
    if (!thread_ok) co_return std::move(thread_ok).error();
  }
  std::vector<Attachment> attachments;
  if (!command.attachments.empty()) {
    // Without a tempId no send is the repetition of another.
    std::string send_key = command.temp_id.empty() ? util::random_id() : command.temp_id;
    auto attached =
        co_await attach_uploads(service, room.who, room.id, std::move(command.attachments), std::move(send_key));
    if (!attached) co_return std::move(attached).error();
    attachments = *std::move(attached);
  }

  const bool mentions = accepted->text.find('@') != std::string::npos;
  std::string mention_text = mentions ? accepted->text : std::string();
  NewMessage message{.room = room.id,
                     .room_name = room.name,
                     .author = room.who,
                     .text = std::move(accepted->text),
                     .temp_id = command.temp_id,
                     .timestamp = service.clock.wall(),
                     .reply_to = command.reply_to,
                     .thread_root = command.thread_root,
                     .attachments = std::move(attachments)};
  auto appended = co_await service.log.append(std::move(message));
  if (!appended) co_return std::move(appended).error();

  if (!command.temp_id.empty()) remember_send(*session, room.id, std::move(command.temp_id), *appended);
  stop_typing(service, room, session->socket_id);
  if (mentions && !appended->duplicate) {
    Message told{.id = appended->id,
                 .room = room.name,
                 .author_key = room.who.author_key(),
                 .user = room.who.name,
                 .text = std::move(mention_text),
                 .timestamp = appended->timestamp,
                 .reply_to = command.reply_to,
                 .thread_root = command.thread_root};
    util::spawn(notify_mentions(service, std::move(told)));  // the sender does not wait for this
  }
  co_return Sent{*appended, std::move(room.name)};
}

}  // namespace chillin::chat
