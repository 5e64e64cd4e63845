#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "util/clock.h"

namespace chillin::engineio {

/// Remembers for a moment the polling sessions that their clients closed while no poll was waiting.
///
/// A browser sends the POST with the close packet and the poll on two connections, and either may arrive first. The
/// poll that came too late is then answered as one that was waiting (a noop) instead of with "Session ID unknown",
/// once. Bounded: the oldest is forgotten. Confined to: its loop.
class Farewells {
 public:
  /// Enough of the session to encode that answer.
  struct Form {
    int protocol;
    bool text_only;
  };

  void remember(std::string_view sid, Form form, util::SteadyTime now);
  [[nodiscard]] std::optional<Form> take(std::string_view sid, util::SteadyTime now);

  static constexpr std::size_t kCapacity = 64;
  static constexpr util::Millis kGrace{1'000};

 private:
  struct Entry {
    std::string sid;
    Form form{};
    util::SteadyTime until{};
  };
  std::array<Entry, kCapacity> entries_;
  std::size_t next_ = 0;
};

}  // namespace chillin::engineio
