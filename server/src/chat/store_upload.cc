#include "chat/store_upload.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "chat/content_type.h"
#include "chat/limits.h"
#include "chat/open_blob.h"
#include "util/crypto.h"
#include "util/text.h"

namespace chillin::chat {

namespace {

/// The last part of a path, on one line, at most 100 code points; "file" where nothing is left.
std::string file_name(std::string_view typed) {
  static constexpr std::size_t kMaxCodePoints = 100;
  const auto slash = typed.find_last_of("/\\");
  if (slash != std::string_view::npos) typed.remove_prefix(slash + 1);
  auto name = typed.size() <= kMaxCodePoints * 16 ? util::normalize_text(typed) : std::nullopt;
  if (!name) return "file";
  std::erase_if(*name, [](char c) { return c == '\n' || c == '\t'; });
  std::size_t code_points = 0;
  for (std::size_t i = 0; i < name->size(); ++i) {
    const bool starts_code_point = (static_cast<unsigned char>((*name)[i]) & 0xC0) != 0x80;
    if (starts_code_point && ++code_points > kMaxCodePoints) {
      name->resize(i);
      break;
    }
  }
  if (name->find_first_not_of(". ") == std::string::npos) return "file";
  return *std::move(name);
}

}  // namespace

util::Task<Result<Attachment>> store_upload(Service& service, StoreUpload command) {
  if (command.bytes.empty() || command.bytes.size() > kMaxUploadBytes) {
    co_return refuse(ErrorCode::kInvalidPayload, "A file has 1 byte to 10 MiB.", "file");
  }
  auto allowed = co_await within_upload_rate(service, command.account.id);
  if (!allowed) co_return std::move(allowed).error();

  Attachment attachment{.id = util::random_id(32),
                        .name = file_name(command.name),
                        .content_type = std::string(sniff_content_type(command.bytes)),
                        .size = static_cast<std::int64_t>(command.bytes.size())};
  const std::string key = "uploads/" + attachment.id;
  attachment.url = blob_url(key);
  Blob blob{attachment.content_type, attachment.name, std::move(command.bytes)};
  auto stored = co_await service.blobs.put(key, std::move(blob));
  if (!stored) co_return std::move(stored).error();
  co_return attachment;
}

}  // namespace chillin::chat
