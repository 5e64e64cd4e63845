// RFC 6455 framing as a client's bytes meet it: unmasking, the parser over a read of several frames, UTF-8.
#include <benchmark/benchmark.h>

#include <span>
#include <string>
#include <string_view>

#include "common/websocket_frame.h"
#include "net/ws_mask.h"
#include "net/ws_parser.h"
#include "util/text.h"

namespace {

struct CountingSink {
  size_t messages = 0;
  bool on_message(std::string_view, bool) {
    ++messages;
    return true;
  }
  bool on_ping(std::string_view) { return true; }
  bool on_pong(std::string_view) { return true; }
  bool on_close(uint16_t, std::string_view) { return true; }
  void on_violation(const chillin::net::WsViolation&) {}
};

void unmask(benchmark::State& state) {
  std::string data(static_cast<size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    benchmark::DoNotOptimize(chillin::net::ws_unmask(data.data(), data.size(), {0x5A17C3E9}));
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(unmask)->Arg(16)->Arg(150)->Arg(65536);

/// One read that brought `range(0)` messages of a sender. The input is copied back each time, for it is unmasked in
/// place.
void parse_frames(benchmark::State& state) {
  const std::string payload(150, 'x');
  std::string wire;
  for (int64_t i = 0; i < state.range(0); ++i) {
    chillin::bench::append_client_frame(wire, chillin::bench::kOpText, payload, 0x5A17C3E9);
  }
  std::string input;
  chillin::net::WsParser parser(1'000'000);
  CountingSink sink;
  for (auto _ : state) {
    input = wire;
    benchmark::DoNotOptimize(parser.feed(std::span<char>(input), sink));
  }
  state.SetItemsProcessed(static_cast<int64_t>(sink.messages));
}
BENCHMARK(parse_frames)->Arg(1)->Arg(16);

void utf8(benchmark::State& state, std::string_view piece) {
  std::string text;
  while (text.size() < 500) text += piece;
  for (auto _ : state) benchmark::DoNotOptimize(chillin::util::is_utf8(text));
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(text.size()));
}
BENCHMARK_CAPTURE(utf8, ascii, "hello there, ");
BENCHMARK_CAPTURE(utf8, mixed, "Grüße, 世界 🙂 ");

void normalize(benchmark::State& state, std::string_view piece) {
  std::string text;
  while (text.size() < 64) text += piece;
  for (auto _ : state) benchmark::DoNotOptimize(chillin::util::normalize_text(text));
}
BENCHMARK_CAPTURE(normalize, ascii, "hello there, ");
BENCHMARK_CAPTURE(normalize, mixed, "Grüße, 世界 🙂 ");

}  // namespace
