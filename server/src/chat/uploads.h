#pragma once

#include <cstdint>
#include <string>

#include "chat/error.h"
#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

// What the use cases of uploads have in common. An upload lives so: it is asked for or comes at once, its bytes arrive,
// it is complete, it goes with a message. Whatever does not get there within a day is removed by sweep_uploads().

inline constexpr util::Millis kUploadLifetime{std::int64_t{24} * 3600 * 1000};

/// "uploads/<id>": the blob of an upload that is complete.
[[nodiscard]] std::string upload_key(std::string_view id);
/// "incoming/<id>": what a signed request puts, before it is complete.
[[nodiscard]] std::string incoming_key(std::string_view id);

/// As a message carries it.
[[nodiscard]] Attachment attachment_of(Upload upload);

/// Begins an upload: checks the size (INVALID_PAYLOAD, `size_field`), the rate (RATE_LIMITED) and the quota (FORBIDDEN,
/// size), and stores it as not complete.
[[nodiscard]] util::Task<Result<Upload>> begin_upload(Service& service, AccountId owner, std::string name,
                                                      std::string content_type, std::int64_t size,
                                                      std::string size_field);

/// Marks an upload as complete whose bytes are in their place and of `content_type`.
[[nodiscard]] util::Task<Result<Attachment>> finish_upload(Service& service, Upload upload, std::string content_type);

}  // namespace chillin::chat
