#pragma once

#include <boost/json.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace chillin::socketio {

namespace json = boost::json;

/// The arguments of an event or acknowledgement: a JSON array, and the binary attachments it refers to. A binary value
/// stands in the JSON as the protocol's placeholder `{"_placeholder": true, "num": i}`.
struct Payload {
  json::array args;
  std::vector<std::string> attachments;

  Payload() = default;
  explicit Payload(json::array a) : args(std::move(a)) {}
  /// Payload::of("text", 42, json::object{...})
  template <class... T>
  [[nodiscard]] static Payload of(T&&... values) {
    Payload p;
    p.args.reserve(sizeof...(values));
    (p.args.emplace_back(std::forward<T>(values)), ...);
    return p;
  }

  /// Adds an attachment and returns the placeholder to put where the bytes belong.
  [[nodiscard]] json::value add_binary(std::string bytes);
  /// The bytes that `value` stands for, or nullopt if it is no placeholder of this payload.
  [[nodiscard]] std::optional<std::string_view> binary(const json::value& value) const noexcept;
};

}  // namespace chillin::socketio
