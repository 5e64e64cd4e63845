#pragma once

#include <concepts>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

namespace chillin::redis {

/// A command as it goes over the wire, built argument by argument; every argument is length-prefixed, so no content can
/// end it. hiredis's printf-like formatting is not used: user data and format strings do not go together.
///   Command("SET").add(key).add(json).add("EX").add(300)
class Command {
 public:
  explicit Command(std::string_view name) { add(name); }

  Command& add(std::string_view argument) & {
    append(arguments_, argument);
    ++count_;
    return *this;
  }
  Command& add(const char* argument) & { return add(std::string_view(argument)); }
  template <std::integral I>
    requires(!std::same_as<I, bool> && !std::same_as<I, char>)
  Command& add(I number) & {
    return add(std::string_view(std::to_string(number)));
  }
  template <class T>
  Command&& add(const T& argument) && {
    add(argument);
    return std::move(*this);
  }
  [[nodiscard]] std::size_t size() const noexcept { return count_; }
  [[nodiscard]] std::string wire() const {
    std::string out = "*" + std::to_string(count_) + "\r\n";
    out += arguments_;
    return out;
  }

  /// One argument: $<bytes>\r\n<argument>\r\n
  static void append(std::string& out, std::string_view argument) {
    out += '$';
    out += std::to_string(argument.size());
    out += "\r\n";
    out += argument;
    out += "\r\n";
  }

 private:
  std::string arguments_;
  std::size_t count_ = 0;
};

}  // namespace chillin::redis
