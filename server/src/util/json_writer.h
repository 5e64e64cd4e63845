#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace chillin::util {

/// Appends `text` as a JSON string with its quotes: escapes `"`, `\`, control characters, and U+2028/2029 (so that the
/// result may stand in a script). `text` must be valid UTF-8.
void append_json_string(std::string& out, std::string_view text);
void append_json_number(std::string& out, std::int64_t value);
void append_json_number(std::string& out, std::uint64_t value);

/// Writes JSON straight into a string; puts the commas. Used on hot paths in place of building a value first.
///   JsonWriter w(out); w.begin_object().field("id", id).field("seq", seq).end_object();
class JsonWriter {
 public:
  explicit JsonWriter(std::string& out) : out_(out) {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view k) {
    separate();
    append_json_string(out_, k);
    out_ += ':';
    comma_ = false;
    return *this;
  }
  JsonWriter& value(std::string_view v) {
    separate();
    append_json_string(out_, v);
    return *this;
  }
  JsonWriter& value(const char* v) { return value(std::string_view(v)); }
  /// Any integer but bool; templates, so that neither int nor std::size_t is ambiguous and no pointer becomes a bool.
  template <std::integral I>
    requires(!std::same_as<I, bool>)
  JsonWriter& value(I v) {
    separate();
    if constexpr (std::signed_integral<I>) {
      append_json_number(out_, static_cast<std::int64_t>(v));
    } else {
      append_json_number(out_, static_cast<std::uint64_t>(v));
    }
    return *this;
  }
  template <std::same_as<bool> B>
  JsonWriter& value(B v) {
    separate();
    out_ += v ? "true" : "false";
    return *this;
  }
  JsonWriter& null() {
    separate();
    out_ += "null";
    return *this;
  }
  /// `json` is already JSON.
  JsonWriter& raw(std::string_view json) {
    separate();
    out_ += json;
    return *this;
  }

  template <class V>
  JsonWriter& field(std::string_view k, const V& v) {
    return key(k).value(v);
  }

 private:
  JsonWriter& open(char c) {
    separate();
    out_ += c;
    comma_ = false;
    return *this;
  }
  JsonWriter& close(char c) {
    out_ += c;
    comma_ = true;
    return *this;
  }
  void separate() {
    if (comma_) out_ += ',';
    comma_ = true;
  }

  std::string& out_;
  bool comma_ = false;
};

}  // namespace chillin::util
