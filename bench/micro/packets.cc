// What one message costs in packets: decoded once when it comes, encoded once for the whole room when it goes.
#include <benchmark/benchmark.h>

#include <string>

#include "engineio/packet_codec.h"
#include "socketio/packet_codec.h"
#include "util/json_writer.h"

namespace {

using chillin::engineio::decode_ws_packet;
using chillin::socketio::DecodeLimits;
using chillin::socketio::encode_ack;
using chillin::socketio::encode_event;
using chillin::socketio::PacketDecoder;
using chillin::util::JsonWriter;

const std::string kText(64, 'x');
const std::string kSent =
    "4217[\"sendMessage\",{\"text\":\"" + kText + "\",\"tempId\":\"01890a5d-ac96-774b-bcce-b302099a8057\"}]";

void decode_send_message(benchmark::State& state) {
  const DecodeLimits limits;
  PacketDecoder decoder(limits);
  std::string scratch;
  for (auto _ : state) {
    const auto outer = decode_ws_packet(4, kSent, false, scratch);
    benchmark::DoNotOptimize(decoder.text(outer->data));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(decode_send_message);

void encode_message(benchmark::State& state) {
  uint64_t seq = 1'000'000;
  for (auto _ : state) {
    std::string object;
    JsonWriter(object)
        .begin_object()
        .field("id", "01890a5d-ac96-774b-bcce-b302099a8057")
        .field("room", "general")
        .field("seq", ++seq)
        .field("user", "somebody")
        .field("text", kText)
        .field("timestamp", "2025-01-02T03:04:05.678Z")
        .end_object();
    benchmark::DoNotOptimize(encode_event("/", "message", object));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode_message);

void encode_acknowledgement(benchmark::State& state) {
  for (auto _ : state) {
    benchmark::DoNotOptimize(
        encode_ack("/", 17, "[null,{\"id\":\"01890a5d-ac96-774b-bcce-b302099a8057\",\"seq\":1000000}]"));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(encode_acknowledgement);

}  // namespace
