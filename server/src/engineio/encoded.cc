#include "engineio/encoded.h"

#include <utility>

#include "net/ws_frame.h"

namespace chillin::engineio {
namespace {

constexpr char kTextMessage = '4';     // packet type `message` before text, both revisions
constexpr char kBinaryMessage = 0x04;  // the same before bytes, revision 3 only

int wire_of(int protocol) {
  return protocol == 3 ? 1 : 0;
}

}  // namespace

util::Slice Encoded::ws_frames(int protocol, std::size_t first, std::size_t count) const {
  if (first >= items_.size() || count == 0) return {};
  const std::size_t last = count < items_.size() - first ? first + count - 1 : items_.size() - 1;
  const int wire = wire_of(protocol);
  const std::size_t begin = items_[first].offset[wire];
  const std::size_t end = std::size_t{items_[last].offset[wire]} + items_[last].size[wire];
  return {wire_[wire], begin, end - begin};
}

std::string_view Encoded::data(std::size_t i) const noexcept {
  const Item& item = items_[i];
  const std::size_t end = std::size_t{item.offset[0]} + item.size[0];
  return wire_[0].view().substr(end - item.data_size, item.data_size);
}

EncodedBuilder& EncodedBuilder::text(std::string_view data) {
  Encoded::Item item{};
  item.data_size = static_cast<std::uint32_t>(data.size());
  // While nothing binary came, both revisions share one buffer.
  const int wires = has_binary_ ? 2 : 1;
  for (int wire = 0; wire < wires; ++wire) {
    std::string& out = wire_[wire];
    item.offset[wire] = static_cast<std::uint32_t>(out.size());
    out.reserve(out.size() + net::kMaxWsHeaderBytes + 1 + data.size());
    net::append_ws_header(out, net::WsOpcode::kText, data.size() + 1);
    out += kTextMessage;
    out += data;
    item.size[wire] = static_cast<std::uint32_t>(out.size()) - item.offset[wire];
  }
  if (!has_binary_) {
    item.offset[1] = item.offset[0];
    item.size[1] = item.size[0];
  }
  items_.push_back(item);
  return *this;
}

EncodedBuilder& EncodedBuilder::binary(std::string_view bytes) {
  if (!has_binary_) {
    wire_[1] = wire_[0];
    has_binary_ = true;
  }
  Encoded::Item item{};
  item.binary = true;
  item.data_size = static_cast<std::uint32_t>(bytes.size());
  for (int wire = 0; wire < 2; ++wire) {
    std::string& out = wire_[wire];
    const std::size_t type_bytes = wire == wire_of(3) ? 1 : 0;
    item.offset[wire] = static_cast<std::uint32_t>(out.size());
    out.reserve(out.size() + net::kMaxWsHeaderBytes + type_bytes + bytes.size());
    net::append_ws_header(out, net::WsOpcode::kBinary, bytes.size() + type_bytes);
    if (type_bytes != 0) out += kBinaryMessage;
    out += bytes;
    item.size[wire] = static_cast<std::uint32_t>(out.size()) - item.offset[wire];
  }
  items_.push_back(item);
  return *this;
}

EncodedPtr EncodedBuilder::finish() {
  auto batch = std::make_shared<Encoded>();
  batch->wire_[0] = util::SharedBuffer(std::move(wire_[0]));
  batch->wire_[1] = has_binary_ ? util::SharedBuffer(std::move(wire_[1])) : batch->wire_[0];
  batch->items_ = std::move(items_);
  batch->items_.shrink_to_fit();
  return batch;
}

}  // namespace chillin::engineio
