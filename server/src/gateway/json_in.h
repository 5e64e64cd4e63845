#pragma once

#include <boost/json.hpp>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "chat/error.h"

namespace chillin::gateway {

namespace json = boost::json;

/// Reads the fields of one object from outside. Remembers the first thing that is wrong, so that a handler reads all
/// its fields and then asks error() once. A field of the wrong type is wrong whether it was required or not; null
/// counts as absent. The object must outlive it.
class FieldReader {
 public:
  /// `value`: must be an object, else error() names that. Null pointer: no object was given.
  explicit FieldReader(const json::value* value);

  [[nodiscard]] std::string text(std::string_view name);                           ///< required
  [[nodiscard]] std::string text_or(std::string_view name, std::string fallback);  ///< optional
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view name);
  [[nodiscard]] std::int64_t integer(std::string_view name);  ///< required; a whole number, also as 3.0
  [[nodiscard]] std::optional<std::int64_t> optional_integer(std::string_view name);
  [[nodiscard]] bool boolean_or(std::string_view name, bool fallback);
  /// An array of strings, or absent.
  [[nodiscard]] std::vector<std::string> optional_texts(std::string_view name);

  /// The first thing wrong (INVALID_PAYLOAD with its field), or nullopt.
  [[nodiscard]] const std::optional<chat::Error>& error() const noexcept { return error_; }

 private:
  const json::value* find(std::string_view name) const;
  void fail(std::string_view name, std::string_view expected);

  const json::object* object_ = nullptr;
  std::optional<chat::Error> error_;
};

/// Parses a request body; an empty one is an empty object. nullopt: not JSON.
[[nodiscard]] std::optional<json::value> parse_body(std::string_view body);

}  // namespace chillin::gateway
