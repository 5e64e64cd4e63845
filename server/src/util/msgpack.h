#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chillin::util {

/// Writes MessagePack (https://github.com/msgpack/msgpack/blob/master/spec.md) straight into a string, each value in
/// its shortest form. The caller writes as many values as it announced.
///   MsgpackWriter w(out); w.array(2).text("seq").integer(7);
class MsgpackWriter {
 public:
  explicit MsgpackWriter(std::string& out) : out_(out) {}

  MsgpackWriter& nil();
  MsgpackWriter& boolean(bool value);
  MsgpackWriter& integer(std::int64_t value);
  MsgpackWriter& unsigned_integer(std::uint64_t value);
  MsgpackWriter& real(double value);
  /// UTF-8.
  MsgpackWriter& text(std::string_view value);
  MsgpackWriter& binary(std::string_view bytes);
  /// `size` values follow.
  MsgpackWriter& array(std::size_t size);
  /// `size` keys, each with its value, follow.
  MsgpackWriter& map(std::size_t size);

 private:
  void number(std::uint8_t type, std::uint64_t value, int bytes);
  void sized(std::size_t size, int type8, std::uint8_t type16, std::uint8_t type32);

  std::string& out_;
};

/// Reads MessagePack value by value. Pure; never reads beyond its bytes, however broken they are. A container's size is
/// checked against the bytes that are left, so that a few bytes cannot announce gigabytes.
class MsgpackReader {
 public:
  enum class Type : std::uint8_t {
    kNil,
    kBoolean,
    kInteger,
    kUnsigned,
    kReal,
    kText,
    kBinary,
    kExtension,
    kArray,
    kMap
  };
  struct Value {
    Type type = Type::kNil;
    bool boolean = false;
    std::int64_t integer = 0;            ///< kInteger: any that fits
    std::uint64_t unsigned_integer = 0;  ///< kUnsigned: one above the largest int64
    double real = 0;
    std::string_view bytes;     ///< kText (not checked to be UTF-8), kBinary, kExtension
    std::int8_t extension = 0;  ///< kExtension: its type
    std::size_t size = 0;       ///< kArray: values that follow; kMap: pairs
  };

  /// `bytes` must outlive the reader and the values read.
  explicit MsgpackReader(std::string_view bytes) : rest_(bytes) {}

  /// nullopt: the bytes are broken, or at their end; then always.
  [[nodiscard]] std::optional<Value> next();
  /// Passes over one whole value; false: the bytes are broken, or it is nested deeper than 100.
  [[nodiscard]] bool skip();
  [[nodiscard]] bool at_end() const noexcept { return rest_.empty(); }
  [[nodiscard]] std::size_t bytes_left() const noexcept { return rest_.size(); }

  // For messages of a known form: nullopt for a value of another type.
  [[nodiscard]] std::optional<std::string_view> text();
  [[nodiscard]] std::optional<std::int64_t> integer();
  [[nodiscard]] std::optional<bool> boolean();
  [[nodiscard]] std::optional<std::size_t> array();
  [[nodiscard]] std::optional<std::size_t> map();

 private:
  [[nodiscard]] bool take(std::size_t n, std::string_view& out);
  [[nodiscard]] bool number(int bytes, std::uint64_t& out);
  [[nodiscard]] std::optional<Value> integer_of(std::uint8_t type);
  [[nodiscard]] std::optional<Value> sized(Type type, int size_bytes);
  [[nodiscard]] std::optional<Value> container(Type type, std::uint64_t size);
  [[nodiscard]] std::optional<Value> string(Type type, std::uint64_t size);
  [[nodiscard]] std::optional<Value> extension(std::uint64_t size);
  [[nodiscard]] std::optional<Value> broken();

  std::string_view rest_;
};

}  // namespace chillin::util
