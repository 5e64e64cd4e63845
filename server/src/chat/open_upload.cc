#include "chat/open_upload.h"

#include <utility>

#include "chat/access.h"
#include "chat/open_blob.h"

namespace chillin::chat {

namespace {

util::Task<Status> may_read(Service& service, std::optional<AccountId> reader, Upload upload) {
  if (reader && *reader == upload.owner) co_return util::Ok{};
  if (!upload.room) co_return no_such_blob();
  auto room = co_await service.rooms.find(*upload.room);
  if (!room) co_return std::move(room).error();
  if (!room->has_value()) co_return no_such_blob();
  auto readable = co_await check_readable(service, reader, **std::move(room));
  if (readable) co_return util::Ok{};
  if (readable.error().code == ErrorCode::kUnavailable) co_return std::move(readable).error();
  co_return no_such_blob();
}

}  // namespace

util::Task<Result<Upload>> open_upload(Service& service, std::optional<Account> reader, std::string id) {
  if (!valid_blob_key(id)) co_return no_such_blob();
  auto found = co_await service.uploads.find(std::move(id));
  if (!found) co_return std::move(found).error();
  if (!found->has_value() || !(*found)->complete) co_return no_such_blob();
  Upload upload = **std::move(found);
  if (upload.expires_at && *upload.expires_at <= service.clock.wall()) co_return no_such_blob();
  std::optional<AccountId> account;
  if (reader) account = reader->id;
  auto allowed = co_await may_read(service, account, upload);
  if (!allowed) co_return std::move(allowed).error();
  co_return upload;
}

}  // namespace chillin::chat
