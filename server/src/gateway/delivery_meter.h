#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "chat/commit_stamp.h"
#include "net/loop.h"

namespace chillin::gateway {

/// Counts what one loop delivers of commits, and how long after the commit it reached the kernel. The work is once for
/// each commit and turn of the loop, not for each recipient.
/// Confined to: its loop, which stops before it goes. Owner: SocketDelivery.
class DeliveryMeter {
 public:
  /// What is queued from here on belongs to a commit of that stamp; nullopt: it was read from the room log. Called on
  /// the loop, before anything of it is queued.
  void begin(std::optional<chat::CommitStamp> stamp);

 private:
  struct Part {
    std::optional<chat::CommitStamp> stamp;
    std::uint64_t packets = 0;
  };
  void end_part();
  void flushed();

  std::vector<Part> parts_;          ///< since the last flush
  std::uint64_t part_began_at_ = 0;  ///< batch_packets_queued() then
};

}  // namespace chillin::gateway
