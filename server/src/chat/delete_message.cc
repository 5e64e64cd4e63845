#include "chat/delete_message.h"

#include <utility>
#include <vector>

#include "chat/attach_uploads.h"
#include "chat/limits.h"
#include "chat/pipeline/membership.h"

namespace chillin::chat {

namespace {

util::Task<Status> may_delete(Service& service, Identity who, Message message) {
  if (message.author_key == who.author_key()) co_return util::Ok{};
  if (who.guest()) co_return refuse(ErrorCode::kForbidden);
  auto membership = co_await service.rooms.membership(message.id.room, *who.account);
  if (!membership) co_return std::move(membership).error();
  const bool moderates = membership->has_value() && (*membership)->role >= Role::kModerator && !(*membership)->banned;
  if (!moderates) co_return refuse(ErrorCode::kForbidden);
  co_return util::Ok{};
}

}  // namespace

util::Task<Result<Changed>> delete_message(Service& service, std::shared_ptr<Session> session, MessageId id) {
  auto joined = pipeline::room_of(*session, id.room);
  if (!joined) co_return std::move(joined).error();
  Identity who = (*joined)->who;
  auto within_rate = co_await within_action_rate(service, session->socket_id);
  if (!within_rate) co_return std::move(within_rate).error();

  auto message = co_await service.log.find(id);
  if (!message) co_return std::move(message).error();
  if (message->deleted_at) co_return refuse(ErrorCode::kMessageNotFound);
  std::vector<Attachment> attachments = message->attachments;
  auto allowed = co_await may_delete(service, who, *std::move(message));
  if (!allowed) co_return std::move(allowed).error();

  NewChange change{.id = id, .kind = ChangeKind::kDeleted, .actor = std::move(who), .at = service.clock.wall()};
  auto changed = co_await service.log.change(std::move(change));
  if (changed && !attachments.empty()) {
    // The message is gone whatever becomes of this; what is left of its files nobody is shown the way to.
    [[maybe_unused]] auto discarded = co_await discard_uploads(service, std::move(attachments));
  }
  co_return std::move(changed);
}

}  // namespace chillin::chat
