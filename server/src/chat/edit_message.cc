#include "chat/edit_message.h"

#include <utility>

#include "chat/pipeline/pipeline.h"

namespace chillin::chat {

util::Task<Result<Changed>> edit_message(Service& service, std::shared_ptr<Session> session, EditMessage command) {
  pipeline::Request request{command.id.room, std::move(command.text)};
  auto accepted = co_await pipeline::validate(service, session, std::move(request));
  if (!accepted) co_return std::move(accepted).error();

  auto message = co_await service.log.find(command.id);
  if (!message) co_return std::move(message).error();
  if (message->deleted_at) co_return refuse(ErrorCode::kMessageNotFound);
  if (message->author_key != accepted->room.who.author_key()) co_return refuse(ErrorCode::kForbidden);

  NewChange change{.id = command.id,
                   .kind = ChangeKind::kEdited,
                   .actor = std::move(accepted->room.who),
                   .at = service.clock.wall(),
                   .text = std::move(accepted->text)};
  co_return co_await service.log.change(std::move(change));
}

}  // namespace chillin::chat
