#include "legacy/fields.h"

#include <utility>

#include "legacy/timestamps.h"
#include "util/text.h"

namespace chillin::legacy {

std::string kind_of(const boost::json::value& value) {
  switch (value.kind()) {
    case boost::json::kind::null:
      return "is null";
    case boost::json::kind::bool_:
      return "is true or false";
    case boost::json::kind::int64:
    case boost::json::kind::uint64:
    case boost::json::kind::double_:
      return "is a number";
    case boost::json::kind::string:
      return "is a text";
    case boost::json::kind::array:
      return "is a list";
    case boost::json::kind::object:
      return "is an object";
  }
  return "is something else";
}

Reading<const boost::json::object*> object_of(const Record& record) {
  if (record.too_large) {
    return Rejection{"larger than " + std::to_string(JsonRecords::kMaxRecordBytes / 1024) + " KiB"};
  }
  if (!record.value.is_object()) return Rejection{"the record " + kind_of(record.value) + ", not an object"};
  return &record.value.get_object();
}

Reading<std::optional<std::string>> text_field(const boost::json::object& object, std::string_view field) {
  const boost::json::value* value = object.if_contains(field);
  if (value == nullptr || value->is_null()) return std::optional<std::string>();
  if (!value->is_string()) return Rejection{"\"" + std::string(field) + "\" " + kind_of(*value) + ", not a text"};
  return std::optional(std::string(std::string_view(value->get_string())));
}

std::string optional_text(const boost::json::object& object, std::string_view field, std::vector<std::string>& notes) {
  auto text = text_field(object, field);
  if (!text) notes.push_back(text.error().reason + ": left empty");
  return text && *text ? **std::move(text) : std::string();
}

util::WallMillis creation_time(const boost::json::object& object, std::vector<std::string>& notes) {
  if (const auto created = parse_time(object.if_contains("createdAt"))) return *created;
  const auto updated = parse_time(object.if_contains("updatedAt"));
  notes.emplace_back(updated ? "no \"createdAt\" that is a time: \"updatedAt\" is taken"
                             : "no \"createdAt\" that is a time: 1970-01-01 is taken");
  return updated.value_or(util::WallMillis{});
}

Reading<std::string> agreed_name(const Record& record, const boost::json::object& object, std::string_view field) {
  auto own = text_field(object, field);
  if (!own) return std::move(own).error();
  if (!*own) return record.place.name;
  if (util::normalize_name(**own) != util::normalize_name(record.place.name)) {
    return Rejection{"its key and its \"" + std::string(field) + "\" are two different names"};
  }
  return **std::move(own);
}

}  // namespace chillin::legacy
