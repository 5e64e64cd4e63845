#pragma once

#include <string>
#include <utility>
#include <variant>

namespace chillin::util {

/// The general error of infrastructure code (storage, files, network): what failed, for a log line, and whether trying
/// again later may succeed. Errors for a person are chat::Error.
struct Error {
  enum class Code { kUnavailable, kConflict, kNotFound, kInvalid, kTooLarge, kInternal };
  Code code = Code::kInternal;
  std::string detail;
  bool temporary = false;
};

/// A value or an error, never both, never neither.
template <class T, class E = Error>
class [[nodiscard]] Result {
 public:
  Result(T value) : v_(std::in_place_index<0>, std::move(value)) {}  // NOLINT(google-explicit-constructor)
  Result(E error) : v_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const noexcept { return v_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  T& value() & { return std::get<0>(v_); }
  const T& value() const& { return std::get<0>(v_); }
  T&& value() && { return std::get<0>(std::move(v_)); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  E& error() & { return std::get<1>(v_); }
  const E& error() const& { return std::get<1>(v_); }
  E&& error() && { return std::get<1>(std::move(v_)); }

 private:
  std::variant<T, E> v_;
};

/// Success without a value.
struct Ok {};
template <class E = Error>
using Status = Result<Ok, E>;

}  // namespace chillin::util
