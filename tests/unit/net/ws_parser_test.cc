#include "net/ws_parser.h"

#include <gtest/gtest.h>

#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <string>
#include <vector>

#include "raw_client.h"

namespace chillin::net {
namespace {

using namespace std::string_literals;
using testing::RawClient;

/// Writes down what the parser says, in one line each.
struct Recorder {
  std::vector<std::string> events;
  bool go_on = true;

  bool on_message(std::string_view data, bool binary) {
    events.push_back((binary ? "binary " : "text ") + std::string(data));
    return go_on;
  }
  bool on_ping(std::string_view payload) {
    events.push_back("ping " + std::string(payload));
    return go_on;
  }
  bool on_pong(std::string_view payload) {
    events.push_back("pong " + std::string(payload));
    return go_on;
  }
  bool on_close(std::uint16_t code, std::string_view reason) {
    events.push_back("close " + std::to_string(code) + " " + std::string(reason));
    return false;
  }
  void on_violation(const WsViolation& violation) {
    events.push_back("violation " + std::to_string(static_cast<int>(violation.code)));
  }
};

using Events = std::vector<std::string>;

/// Feeds `input` in pieces of `step` bytes (0: all at once), each from a buffer of its own, until the parser stops.
Events parse(std::string input, std::size_t step = 0, std::size_t max_message = 1'000'000) {
  WsParser parser(max_message);
  Recorder recorder;
  if (step == 0) step = std::max<std::size_t>(input.size(), 1);
  for (std::size_t at = 0; at < input.size(); at += step) {
    std::string piece = input.substr(at, step);
    if (!parser.feed(piece, recorder)) break;
  }
  return recorder.events;
}

/// Every way of cutting the input into equal pieces must give what is expected.
void expect(const std::string& input, const Events& expected, std::size_t max_message = 1'000'000) {
  for (const std::size_t step : {0UL, 1UL, 2UL, 3UL, 5UL, 7UL, 8UL, 64UL}) {
    EXPECT_EQ(parse(input, step, max_message), expected) << "in pieces of " << step;
  }
}

std::string text(std::string_view payload, bool final = true) {
  return RawClient::frame(WsOpcode::kText, payload, final);
}
std::string binary(std::string_view payload, bool final = true) {
  return RawClient::frame(WsOpcode::kBinary, payload, final);
}
std::string more(std::string_view payload, bool final) {
  return RawClient::frame(WsOpcode::kContinuation, payload, final);
}
std::string ping(std::string_view payload) {
  return RawClient::frame(WsOpcode::kPing, payload);
}
std::string close(std::string_view payload) {
  return RawClient::frame(WsOpcode::kClose, payload);
}

TEST(WsParser, ReadsTheMaskedHelloOfTheRfc) {
  expect("\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"s, {"text Hello"});
}

TEST(WsParser, DeliversMessagesOfEverySizeClass) {
  for (const std::size_t size : {0UL, 1UL, 7UL, 8UL, 9UL, 125UL, 126UL, 127UL, 65'535UL, 65'536UL, 200'000UL}) {
    const std::string payload(size, 'x');
    EXPECT_EQ(parse(text(payload)), Events{"text " + payload}) << size;
    EXPECT_EQ(parse(binary(payload), 1000), Events{"binary " + payload}) << size;
  }
}

TEST(WsParser, DeliversSeveralMessagesOfOnePieceInOrder) {
  expect(text("a") + binary("b") + text("") + text("c"), {"text a", "binary b", "text ", "text c"});
}

TEST(WsParser, JoinsFragments) {
  expect(text("Hel", false) + more("", false) + more("lo", true), {"text Hello"});
  expect(binary("", false) + more("", true), {"binary "});
  expect(text("", false) + more("x", false) + more("", true) + text("next"), {"text x", "text next"});
}

TEST(WsParser, DeliversControlFramesBetweenFragments) {
  expect(text("Hel", false) + ping("p") + RawClient::frame(WsOpcode::kPong, "q") + more("lo", true),
         {"ping p", "pong q", "text Hello"});
}

TEST(WsParser, AcceptsAPingOf125Bytes) {
  expect(ping(std::string(125, 'p')), {"ping " + std::string(125, 'p')});
}

TEST(WsParser, RefusesUnmaskedFrames) {
  expect("\x81\x05Hello"s, {"violation 1002"});
}

TEST(WsParser, RefusesReservedBits) {
  for (const char bit : {'\x40', '\x20', '\x10'}) {
    std::string frame = text("x");
    frame[0] = static_cast<char>(frame[0] | bit);
    expect(frame, {"violation 1002"});
  }
}

TEST(WsParser, RefusesUnknownOpcodes) {
  for (int opcode = 0; opcode < 16; ++opcode) {
    if (opcode <= 2 || (opcode >= 8 && opcode <= 10)) continue;
    std::string frame = text("x");
    frame[0] = static_cast<char>(0x80 | opcode);
    expect(frame, {"violation 1002"});
  }
}

TEST(WsParser, RefusesFragmentedControlFrames) {
  for (const auto opcode : {WsOpcode::kPing, WsOpcode::kPong, WsOpcode::kClose}) {
    expect(RawClient::frame(opcode, "", false), {"violation 1002"});
  }
}

TEST(WsParser, RefusesControlFramesAbove125Bytes) {
  expect(ping(std::string(126, 'p')), {"violation 1002"});
}

TEST(WsParser, RefusesContinuationsOfNothing) {
  expect(more("x", true), {"violation 1002"});
  expect(text("a") + more("x", true), {"text a", "violation 1002"});
  expect(text("a", false) + more("b", true) + more("c", true), {"text ab", "violation 1002"});
}

TEST(WsParser, RefusesAMessageInsideAMessage) {
  expect(text("a", false) + text("b"), {"violation 1002"});
  expect(binary("a", false) + ping("p") + binary("b"), {"ping p", "violation 1002"});
}

TEST(WsParser, RefusesLengthsThatAreNotMinimal) {
  expect("\x81\xfe\x00\x05\x00\x00\x00\x00Hello"s, {"violation 1002"});
  expect("\x82\xff\x00\x00\x00\x00\x00\x00\xff\xff\x00\x00\x00\x00"s, {"violation 1002"});
}

TEST(WsParser, RefusesLengthsWithTheHighestBit) {
  expect("\x82\xff\x80\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"s, {"violation 1002"});
}

TEST(WsParser, RefusesTooLongMessagesByTheirHeaderAlone) {
  expect(text(std::string(100, 'x')), {"text " + std::string(100, 'x')}, 100);
  expect(text(std::string(101, 'x')), {"violation 1009"}, 100);
  // No byte of the payload has come yet.
  expect("\x82\xff\x00\x00\x00\x01\x00\x00\x00\x00\x01\x02\x03\x04"s, {"violation 1009"});
  expect("\x82\xff\x7f\xff\xff\xff\xff\xff\xff\xff\x01\x02\x03\x04"s, {"violation 1009"});
}

TEST(WsParser, CountsFragmentsTogether) {
  const std::string half(60, 'x');
  expect(text(half, false) + more(std::string(40, 'y'), true), {"text " + half + std::string(40, 'y')}, 100);
  expect(text(half, false) + more(half, true), {"violation 1009"}, 100);
}

TEST(WsParser, DoesNotCountControlFramesAsMessage) {
  expect(text("12345", false) + ping(std::string(100, 'p')) + more("67890", true),
         {"ping " + std::string(100, 'p'), "text 1234567890"}, 10);
}

TEST(WsParser, AcceptsUtf8ThatIsCutInsideACharacter) {
  const std::string kappa = "κόσμε";
  for (std::size_t cut = 0; cut <= kappa.size(); ++cut) {
    expect(text(kappa.substr(0, cut), false) + more(kappa.substr(cut), true), {"text " + kappa});
  }
}

TEST(WsParser, RefusesTextThatIsNotUtf8) {
  for (const std::string& bad :
       {"\xff"s, "\xc0\xaf"s, "\xed\xa0\x80"s, "\xf4\x90\x80\x80"s, "\xce"s, "abc\x80"s, "\xf8\x88\x80\x80\x80"s}) {
    expect(text(bad), {"violation 1007"});
    expect(text(bad, false) + more("", true), {"violation 1007"});
    EXPECT_EQ(parse(binary(bad)), Events{"binary " + bad});
  }
}

TEST(WsParser, RefusesInvalidTextBeforeTheMessageEnds) {
  // The second fragment never comes, nor does the rest of the first frame.
  std::string begun = text("good \xff bad, and much more of it"s, false);
  begun.resize(6 + 6);
  expect(begun, {"violation 1007"});
}

TEST(WsParser, ReportsCloseWithCodeAndReason) {
  expect(close("\x03\xe8"s), {"close 1000 "});
  expect(close("\x03\xe9going"s), {"close 1001 going"});
  expect(close(""), {"close 1005 "});
  expect(close("\x03\xe8" + std::string(123, 'r')), {"close 1000 " + std::string(123, 'r')});
}

TEST(WsParser, IgnoresWhatFollowsAClose) {
  expect(close("\x03\xe8"s) + text("late"), {"close 1000 "});
}

TEST(WsParser, ChecksCloseCodes) {
  const auto frame = [](unsigned code) {
    return close(std::string{static_cast<char>(code >> 8), static_cast<char>(code & 0xff)});
  };
  for (const unsigned code :
       {1000U, 1001U, 1002U, 1003U, 1007U, 1008U, 1009U, 1010U, 1011U, 1012U, 3000U, 3999U, 4000U, 4999U}) {
    EXPECT_EQ(parse(frame(code)), Events{"close " + std::to_string(code) + " "});
  }
  for (const unsigned code : {0U, 999U, 1004U, 1005U, 1006U, 1015U, 1016U, 1100U, 2000U, 2999U, 5000U, 65535U}) {
    EXPECT_EQ(parse(frame(code)), Events{"violation 1002"}) << code;
  }
}

TEST(WsParser, RefusesACloseOfOneByte) {
  expect(close("\x03"), {"violation 1002"});
}

TEST(WsParser, RefusesACloseReasonThatIsNotUtf8) {
  expect(close("\x03\xe8\xff"s), {"violation 1007"});
}

TEST(WsParser, StopsWhenTheSinkSaysSo) {
  WsParser parser(1000);
  Recorder recorder;
  recorder.go_on = false;
  std::string input = text("a") + text("b");
  EXPECT_FALSE(parser.feed(input, recorder));
  EXPECT_EQ(recorder.events, Events{"text a"});
}

TEST(WsParser, HandsOnAWholeMessageWithoutCopyingIt) {
  struct Sink : Recorder {
    const char* from = nullptr;
    const char* to = nullptr;
    bool inside = false;
    bool on_message(std::string_view data, bool) {
      inside = data.data() >= from && data.data() + data.size() <= to;
      return true;
    }
  } sink;
  std::string input = text("in place");
  sink.from = input.data();
  sink.to = input.data() + input.size();
  WsParser parser(1000);
  EXPECT_TRUE(parser.feed(input, sink));
  EXPECT_TRUE(sink.inside);
}

TEST(WsParser, IsSmallWhenIdle) {
  EXPECT_LE(sizeof(WsParser), 72U);
}

TEST(WsUnmask, EqualsTheDefinitionForEverySizeAndOffset) {
  const unsigned char key[4] = {0x12, 0xf4, 0x99, 0x07};
  for (std::size_t size = 0; size < 70; ++size) {
    for (std::size_t cut = 0; cut <= size; ++cut) {
      std::string data;
      std::string expected;
      for (std::size_t i = 0; i < size; ++i) {
        data += static_cast<char>(i * 37);
        expected += static_cast<char>(static_cast<unsigned char>(data[i]) ^ key[i % 4]);
      }
      WsMask mask;
      std::memcpy(&mask.key, key, 4);
      mask = ws_unmask(data.data(), cut, mask);
      ws_unmask(data.data() + cut, size - cut, mask);
      ASSERT_EQ(data, expected) << size << " cut at " << cut;
    }
  }
}

TEST(WsFrame, EncodesEveryLengthForm) {
  std::string out;
  append_ws_header(out, WsOpcode::kText, 125);
  EXPECT_EQ(out, "\x81\x7d"s);
  out.clear();
  append_ws_header(out, WsOpcode::kBinary, 126);
  EXPECT_EQ(out, "\x82\x7e\x00\x7e"s);
  out.clear();
  append_ws_header(out, WsOpcode::kPong, 65'535);
  EXPECT_EQ(out, "\x8a\x7e\xff\xff"s);
  out.clear();
  append_ws_header(out, WsOpcode::kText, 65'536);
  EXPECT_EQ(out, "\x81\x7f\x00\x00\x00\x00\x00\x01\x00\x00"s);
  out.clear();
  append_ws_frame(out, WsOpcode::kClose, "\x03\xe8");
  EXPECT_EQ(out, "\x88\x02\x03\xe8"s);
}

RC_GTEST_PROP(WsParserProperty, DoesNotDependOnHowTheInputIsCut, ()) {
  std::string input;
  const auto frames = *rc::gen::inRange(1, 8);
  for (int i = 0; i < frames; ++i) {
    const auto opcode = *rc::gen::element(WsOpcode::kText, WsOpcode::kBinary, WsOpcode::kContinuation, WsOpcode::kPing,
                                          WsOpcode::kPong, WsOpcode::kClose);
    const auto payload = *rc::gen::container<std::string>(rc::gen::arbitrary<char>());
    input += RawClient::frame(opcode, payload, *rc::gen::arbitrary<bool>());
  }
  const Events whole = parse(input, 0, 64);
  WsParser parser(64);
  Recorder recorder;
  std::size_t at = 0;
  while (at < input.size()) {
    const auto n = *rc::gen::inRange<std::size_t>(1, 20);
    std::string piece = input.substr(at, n);
    at += piece.size();
    if (!parser.feed(piece, recorder)) break;
  }
  RC_ASSERT(recorder.events == whole);
}

}  // namespace
}  // namespace chillin::net
