#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace chillin::util {

/// Immutable bytes shared by many readers: encoded once, queued by reference on any number of connections and loops.
/// Copying costs one atomic increment. Thread-safe, because nobody writes.
class SharedBuffer {
 public:
  SharedBuffer() = default;
  explicit SharedBuffer(std::string bytes) : bytes_(std::make_shared<const std::string>(std::move(bytes))) {}

  [[nodiscard]] std::string_view view() const noexcept {
    return bytes_ ? std::string_view(*bytes_) : std::string_view();
  }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_ ? bytes_->size() : 0; }
  [[nodiscard]] bool empty() const noexcept { return size() == 0; }

 private:
  std::shared_ptr<const std::string> bytes_;
};

/// A part of a SharedBuffer that keeps the whole alive: what a send queue holds (32 bytes).
class Slice {
 public:
  Slice() = default;
  explicit Slice(SharedBuffer buffer) : buffer_(std::move(buffer)), view_(buffer_.view()) {}
  Slice(SharedBuffer buffer, std::size_t offset, std::size_t size)
      : buffer_(std::move(buffer)), view_(buffer_.view().substr(offset, size)) {}

  [[nodiscard]] std::string_view view() const noexcept { return view_; }
  [[nodiscard]] std::size_t size() const noexcept { return view_.size(); }
  void remove_prefix(std::size_t n) noexcept { view_.remove_prefix(n); }

 private:
  SharedBuffer buffer_;
  std::string_view view_;
};

}  // namespace chillin::util
