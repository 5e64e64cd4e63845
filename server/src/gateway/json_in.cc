#include "gateway/json_in.h"

#include <cmath>

namespace chillin::gateway {

FieldReader::FieldReader(const json::value* value) {
  if (value != nullptr) object_ = value->if_object();
  if (object_ == nullptr) {
    error_ = chat::refuse(chat::ErrorCode::kInvalidPayload, "The payload must be an object.");
  }
}

const json::value* FieldReader::find(std::string_view name) const {
  if (object_ == nullptr) return nullptr;
  const json::value* value = object_->if_contains(name);
  return value == nullptr || value->is_null() ? nullptr : value;
}

void FieldReader::fail(std::string_view name, std::string_view expected) {
  if (error_) return;
  const std::string field(name);
  error_ =
      chat::refuse(chat::ErrorCode::kInvalidPayload, "'" + field + "' must be " + std::string(expected) + ".", field);
}

std::optional<std::string> FieldReader::optional_text(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (!value->is_string()) {
    fail(name, "a string");
    return std::nullopt;
  }
  const json::string& s = value->get_string();
  return std::string(s.data(), s.size());
}

std::string FieldReader::text(std::string_view name) {
  auto value = optional_text(name);
  if (!value) fail(name, "a string");
  return std::move(value).value_or(std::string());
}

std::string FieldReader::text_or(std::string_view name, std::string fallback) {
  return optional_text(name).value_or(std::move(fallback));
}

std::optional<std::int64_t> FieldReader::optional_integer(std::string_view name) {
  const json::value* value = find(name);
  if (value == nullptr) return std::nullopt;
  if (value->is_int64()) return value->get_int64();
  if (value->is_double()) {
    // JavaScript has one kind of number; up to 2^53 a whole one is exact.
    const double d = value->get_double();
    if (std::trunc(d) == d && std::abs(d) <= 9007199254740992.0) return static_cast<std::int64_t>(d);
  }
  fail(name, "a whole number");
  return std::nullopt;
}

std::int64_t FieldReader::integer(std::string_view name) {
  const auto value = optional_integer(name);
  if (!value) fail(name, "a whole number");
  return value.value_or(0);
}

bool FieldReader::boolean_or(std::string_view name, bool fallback) {
  const json::value* value = find(name);
  if (value == nullptr) return fallback;
  if (!value->is_bool()) {
    fail(name, "true or false");
    return fallback;
  }
  return value->get_bool();
}

std::vector<std::string> FieldReader::optional_texts(std::string_view name) {
  std::vector<std::string> out;
  const json::value* value = find(name);
  if (value == nullptr) return out;
  if (!value->is_array()) {
    fail(name, "an array of strings");
    return out;
  }
  for (const auto& item : value->get_array()) {
    if (!item.is_string()) {
      fail(name, "an array of strings");
      return {};
    }
    out.emplace_back(item.get_string().data(), item.get_string().size());
  }
  return out;
}

std::optional<json::value> parse_body(std::string_view body) {
  if (body.find_first_not_of(" \t\r\n") == std::string_view::npos) return json::value(json::object());
  json::error_code error;
  json::parse_options options;
  options.max_depth = 16;
  json::value value = json::parse(body, error, {}, options);
  if (error) return std::nullopt;
  return value;
}

}  // namespace chillin::gateway
