#include "legacy/read_message.h"

#include <utility>

#include "chat/names.h"
#include "chat/pipeline/sanitising.h"
#include "chat/service.h"
#include "legacy/timestamps.h"

namespace chillin::legacy {

Reading<Read<OldMessage>> read_message(const Record& record, std::size_t max_length) {
  auto object = object_of(record);
  if (!object) return std::move(object).error();
  auto user = text_field(**object, "user");
  if (!user) return std::move(user).error();
  if (!*user) return Rejection{"no user"};
  auto name = chat::guest_name_form(**user, "user");
  if (!name) return Rejection{name.error().message};
  if (chat::is_reserved_name(*name)) return Rejection{"a notice of the chat, which is not kept"};

  auto text = text_field(**object, "text");
  if (!text) return std::move(text).error();
  if (!*text) return Rejection{"no text"};
  chat::Settings settings;
  settings.max_message_length = max_length;
  auto kept = chat::pipeline::sanitising(settings, **text, false);
  if (!kept && kept.error().code == chat::ErrorCode::kMessageEmpty) return Rejection{"the text is empty"};
  if (!kept) return Rejection{kept.error().message + " (MAX_MESSAGE_LENGTH)"};

  Read<OldMessage> read;
  read.value.user = *std::move(name);
  read.value.text = *std::move(kept);
  read.value.timestamp = parse_time((*object)->if_contains("timestamp"));
  return read;
}

}  // namespace chillin::legacy
