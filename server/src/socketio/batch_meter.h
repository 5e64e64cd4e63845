#pragma once

#include <cstdint>

namespace chillin::socketio {

/// Packets that Namespace::send_batch has queued to sockets on this thread since it began, one for each recipient: two
/// readings tell what lies between them. Any thread; of its own only.
[[nodiscard]] std::uint64_t batch_packets_queued() noexcept;

}  // namespace chillin::socketio
