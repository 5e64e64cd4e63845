#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "util/shared_buffer.h"

namespace chillin::engineio {

/// One or more Engine.IO `message` packets in a row, encoded once for every recipient whatever its transport: the
/// packets' WebSocket frames stand side by side in one shared buffer, so that any run of them is queued as one
/// reference. Immutable, thread-safe. Make it with EncodedBuilder.
class Encoded {
 public:
  [[nodiscard]] std::size_t packets() const noexcept { return items_.size(); }

  /// The WebSocket frames of packets [first, first + count) for protocol revision 4 or 3 (they differ for binary only:
  /// revision 3 puts a byte 0x04 first).
  [[nodiscard]] util::Slice ws_frames(int protocol, std::size_t first, std::size_t count) const;

  /// Packet i as data: text without the leading packet type `4`, or raw bytes.
  [[nodiscard]] std::string_view data(std::size_t i) const noexcept;
  [[nodiscard]] bool binary(std::size_t i) const noexcept { return items_[i].binary; }

 private:
  friend class EncodedBuilder;
  struct Item {
    std::uint32_t offset[2];  ///< of the frame, in wire_[0] (revision 4) and wire_[1] (revision 3)
    std::uint32_t size[2];
    std::uint32_t data_size;  ///< the data stands at the end of the frame
    bool binary;
  };
  util::SharedBuffer wire_[2];  ///< the same buffer twice while there is no binary packet
  std::vector<Item> items_;
};

using EncodedPtr = std::shared_ptr<const Encoded>;

/// Collects packets, then makes the immutable batch. Not thread-safe; used once.
class EncodedBuilder {
 public:
  EncodedBuilder& text(std::string_view data);
  EncodedBuilder& binary(std::string_view bytes);
  [[nodiscard]] EncodedPtr finish();

 private:
  std::string wire_[2];
  bool has_binary_ = false;
  std::vector<Encoded::Item> items_;
};

}  // namespace chillin::engineio
