#include "net/http_parser.h"

#include <gtest/gtest.h>

#include <algorithm>

#include <string>
#include <string_view>

namespace chillin::net {
namespace {

constexpr std::string_view kChunkedHead = "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n";

/// Feeds `input` in pieces of `step` bytes, keeping what is not consumed, as a connection does.
HttpParser::Status feed_in_pieces(HttpParser& parser, std::string_view input, std::size_t step) {
  std::string held;
  auto status = HttpParser::Status::kNeedMore;
  while (!input.empty()) {
    held += input.substr(0, step);
    input.remove_prefix(std::min(step, input.size()));
    do {
      std::size_t consumed = 0;
      status = parser.feed(held, consumed);
      held.erase(0, consumed);
      if (status == HttpParser::Status::kHead) EXPECT_TRUE(parser.set_body_limit(1'000));
    } while (status == HttpParser::Status::kHead && !held.empty());
    if (status == HttpParser::Status::kDone || status == HttpParser::Status::kError) return status;
  }
  return status;
}

TEST(HttpParser, TakesAChunkedBodyInPiecesOfAnySize) {
  const std::string input = std::string(kChunkedHead) + "1\r\na\r\n10\r\n0123456789abcdef\r\n0\r\n\r\n";
  for (std::size_t step = 1; step <= input.size(); ++step) {
    const auto parser = HttpParser::create(1'024);
    EXPECT_EQ(feed_in_pieces(*parser, input, step), HttpParser::Status::kDone) << "in pieces of " << step;
    EXPECT_EQ(parser->request().body, "a0123456789abcdef") << "in pieces of " << step;
  }
}

// Found by fuzzing after four million runs: a last chunk of which four bytes had come made Beast 1.81 fail an assertion
// when the same bytes were presented again. A release build has no assertions; every other one was brought down by it.
TEST(HttpParser, WaitsForALastChunkThatComesByteByByte) {
  for (const std::string_view tail : {"0\r\n\r\n", "0\r\n\n", "00\r\n", "0\r\nA: b\r\n\r\n"}) {
    for (std::size_t step = 1; step <= 6; ++step) {
      const auto parser = HttpParser::create(1'024);
      const auto status = feed_in_pieces(*parser, std::string(kChunkedHead) + std::string(tail), step);
      const bool complete = tail.ends_with("\r\n\r\n");
      EXPECT_EQ(status, complete ? HttpParser::Status::kDone : HttpParser::Status::kNeedMore) << tail << " by " << step;
    }
  }
}

}  // namespace
}  // namespace chillin::net
