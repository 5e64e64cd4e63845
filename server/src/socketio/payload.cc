#include "socketio/payload.h"

namespace chillin::socketio {

json::value Payload::add_binary(std::string bytes) {
  const auto num = static_cast<std::int64_t>(attachments.size());
  attachments.push_back(std::move(bytes));
  return json::object{{"_placeholder", true}, {"num", num}};
}

std::optional<std::string_view> Payload::binary(const json::value& value) const noexcept {
  const json::object* object = value.if_object();
  if (object == nullptr) return std::nullopt;
  const json::value* mark = object->if_contains("_placeholder");
  const json::value* num = object->if_contains("num");
  if (mark == nullptr || num == nullptr || !mark->is_bool() || !mark->get_bool()) return std::nullopt;
  const std::int64_t* index = num->if_int64();
  if (index == nullptr || *index < 0 || static_cast<std::size_t>(*index) >= attachments.size()) return std::nullopt;
  return attachments[static_cast<std::size_t>(*index)];
}

}  // namespace chillin::socketio
