#include "storage/common/attachment_json.h"

#include <boost/json.hpp>

#include "util/json_writer.h"

namespace chillin::storage {

namespace {

std::string text_of(const boost::json::object& object, std::string_view key) {
  const boost::json::value* value = object.if_contains(key);
  if (value == nullptr || !value->is_string()) return {};
  return std::string(std::string_view(value->get_string()));
}

}  // namespace

std::string attachments_to_json(const std::vector<chat::Attachment>& attachments) {
  std::string out;
  if (attachments.empty()) return out;
  util::JsonWriter json(out);
  json.begin_array();
  for (const chat::Attachment& attachment : attachments) {
    json.begin_object()
        .field("id", attachment.id)
        .field("name", attachment.name)
        .field("contentType", attachment.content_type)
        .field("size", attachment.size)
        .field("url", attachment.url)
        .end_object();
  }
  json.end_array();
  return out;
}

std::vector<chat::Attachment> attachments_from_json(std::string_view text) {
  std::vector<chat::Attachment> out;
  boost::system::error_code failure;
  const boost::json::value value = boost::json::parse(text, failure);
  if (failure || !value.is_array()) return out;
  for (const boost::json::value& item : value.get_array()) {
    if (!item.is_object()) continue;
    const boost::json::object& object = item.get_object();
    chat::Attachment attachment;
    attachment.id = text_of(object, "id");
    attachment.name = text_of(object, "name");
    attachment.content_type = text_of(object, "contentType");
    if (const auto* size = object.if_contains("size"); size != nullptr && size->is_int64()) {
      attachment.size = size->get_int64();
    }
    attachment.url = text_of(object, "url");
    out.push_back(std::move(attachment));
  }
  return out;
}

}  // namespace chillin::storage
