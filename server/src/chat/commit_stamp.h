#pragma once

#include <cstdint>
#include <optional>

#include "util/clock.h"

namespace chillin::chat {

/// When that was committed of which people are being told, and where: what delivery latency is measured from.
struct CommitStamp {
  enum class Path : std::uint8_t { kSameServer, kCrossServer };
  Path path = Path::kSameServer;
  util::SteadyTime at;

  /// Of a commit of this server that has just been answered by the database.
  [[nodiscard]] static CommitStamp now();
  /// Of a commit of another server, by that server's clock. What lies in the future counts as now.
  [[nodiscard]] static CommitStamp from_other_server(util::WallMillis at);
  /// By the clock on the wall, for another server.
  [[nodiscard]] util::WallMillis wall() const;
};

/// Holds for what is told on this thread while it lives: between a commit and its delivery everything is one chain of
/// calls, through ports that have no business with measuring. Without one (after a hole) nothing is known.
class ScopedCommitStamp {
 public:
  explicit ScopedCommitStamp(CommitStamp stamp);
  ~ScopedCommitStamp();
  ScopedCommitStamp(const ScopedCommitStamp&) = delete;
  ScopedCommitStamp& operator=(const ScopedCommitStamp&) = delete;

  /// This thread's, or nullopt.
  [[nodiscard]] static std::optional<CommitStamp> current();

 private:
  std::optional<CommitStamp> before_;
};

}  // namespace chillin::chat
