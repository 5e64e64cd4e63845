#pragma once

#include <libpq-fe.h>

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace chillin::storage::postgres {

// Type OIDs of PostgreSQL's catalogue (pg_type.dat); they never change.
inline constexpr Oid kBool = 16;
inline constexpr Oid kBytea = 17;
inline constexpr Oid kInt8 = 20;
inline constexpr Oid kText = 25;
inline constexpr Oid kTextArray = 1009;
inline constexpr Oid kInt8Array = 1016;

/// A one-dimensional array of bigint or text in PostgreSQL's binary form, built element by element.
class ArrayParam {
 public:
  /// `type`: kInt8Array or kTextArray.
  explicit ArrayParam(Oid type);

  void add(std::int64_t value);
  void add(std::string_view text);
  void add_null();
  void add(const std::optional<std::int64_t>& value) { value ? add(*value) : add_null(); }

  [[nodiscard]] Oid type() const noexcept { return type_; }
  [[nodiscard]] std::string_view bytes() const noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }

 private:
  void element(std::string_view bytes);
  void count();

  Oid type_;
  std::size_t size_ = 0;
  std::string bytes_;
};

/// Bytes, where a std::string_view would be text.
struct Bytes {
  std::string_view value;
};

/// The parameters of one execution, in PostgreSQL's binary form. Texts and arrays are pointed to, not copied: use it in
/// the expression that makes it.
class Params {
 public:
  static constexpr std::size_t kMost = 16;

  template <class... A>
  explicit Params(const A&... values) {
    static_assert(sizeof...(A) <= kMost);
    (add(values), ...);
  }
  Params(const Params&) = delete;
  Params& operator=(const Params&) = delete;

  [[nodiscard]] int size() const noexcept { return size_; }
  [[nodiscard]] const Oid* types() const noexcept { return types_.data(); }
  [[nodiscard]] const char* const* values() const noexcept { return values_.data(); }
  [[nodiscard]] const int* lengths() const noexcept { return lengths_.data(); }
  [[nodiscard]] const int* formats() const noexcept { return formats_.data(); }

 private:
  void add(std::int64_t value);
  void add(int value) { add(static_cast<std::int64_t>(value)); }
  void add(bool value);
  void add(std::string_view text) { add_bytes(kText, text); }
  void add(const std::string& text) { add_bytes(kText, text); }
  void add(const char*) = delete;
  void add(Bytes bytes) { add_bytes(kBytea, bytes.value); }
  void add(const ArrayParam& array) { add_bytes(array.type(), array.bytes()); }
  void add(const std::optional<std::int64_t>& value) { value ? add(*value) : add_null(kInt8); }
  void add(const std::optional<std::string>& value) { value ? add(*value) : add_null(kText); }
  void add_bytes(Oid type, std::string_view bytes);
  void add_null(Oid type);

  int size_ = 0;
  std::array<Oid, kMost> types_{};
  std::array<const char*, kMost> values_{};
  std::array<int, kMost> lengths_{};
  std::array<int, kMost> formats_{};
  std::array<std::array<char, 8>, kMost> numbers_{};
};

}  // namespace chillin::storage::postgres
