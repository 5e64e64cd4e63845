#include "chat/set_status.h"

#include <utility>
#include <vector>

#include "chat/announce.h"
#include "chat/limits.h"
#include "chat/status_text.h"

namespace chillin::chat {

namespace {

/// Keeps the new text, or finds the one that is kept.
util::Task<Result<std::string>> status_text_of(Service& service, Identity account, std::optional<std::string> typed) {
  if (typed) {
    auto text = status_text(*typed, "text");
    if (!text) co_return std::move(text).error();
    AccountUpdate update{.status_text = *std::move(text)};
    auto updated = co_await service.accounts.update(*account.account, std::move(update));
    if (!updated) co_return std::move(updated).error();
    co_return std::move(updated->status_text);
  }
  auto found = co_await service.accounts.find_by_name(std::move(account.name));
  if (!found) co_return std::move(found).error();
  co_return found->has_value() ? (*found)->status_text : std::string();
}

}  // namespace

util::Task<Status> set_status(Service& service, std::shared_ptr<Session> session, SetStatus command) {
  if (!session->account) co_return refuse(ErrorCode::kAuthRequired);
  if (command.status == UserStatus::kOffline) {
    co_return refuse(ErrorCode::kInvalidPayload, "status must be online, away or busy.", "status");
  }
  auto within_rate = co_await within_action_rate(service, session->socket_id);
  if (!within_rate) co_return std::move(within_rate).error();
  auto text = co_await status_text_of(service, *session->account, std::move(command.text));
  if (!text) co_return std::move(text).error();

  std::vector<std::string> rooms;
  for (const JoinedRoom& room : session->rooms) rooms.push_back(room.name);
  for (std::string& room : rooms) {
    PresenceChange change{std::move(room), session->account->name, command.status, *text};
    co_await tell_presence(service, std::move(change), session->socket_id);
  }
  co_return util::Ok{};
}

}  // namespace chillin::chat
