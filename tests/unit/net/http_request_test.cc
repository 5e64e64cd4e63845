#include <gtest/gtest.h>

#include "net/http.h"
#include "net/ws_handshake.h"

namespace chillin::net {
namespace {

TEST(HttpRequest, SplitsTargetIntoPathAndQuery) {
  HttpRequest request;
  request.target = "/a/b?x=1?y";
  EXPECT_EQ(request.path(), "/a/b");
  EXPECT_EQ(request.query(), "x=1?y");
  request.target = "/a";
  EXPECT_EQ(request.path(), "/a");
  EXPECT_EQ(request.query(), "");
}

TEST(HttpRequest, FindsTheFirstHeaderInAnyCase) {
  HttpRequest request;
  request.headers = {{"X-One", "1"}, {"x-one", "2"}};
  EXPECT_EQ(request.header("X-ONE"), "1");
  EXPECT_EQ(request.header("X-Two"), "");
}

TEST(QueryParams, DecodesInOrderAndFindsTheFirst) {
  const QueryParams params("a=1&b=%C3%A4+x&a=2&empty=&flag");
  EXPECT_EQ(params.get("a"), "1");
  EXPECT_EQ(params.get("b"), "ä x");
  EXPECT_EQ(params.get("empty"), "");
  EXPECT_EQ(params.get("flag"), "");
  EXPECT_EQ(params.get("none"), std::nullopt);
  EXPECT_EQ(params.all().size(), 5U);
}

TEST(QueryParams, LeavesOutWhatDoesNotDecode) {
  const QueryParams params("a=%zz&%=1&b=2&&=");
  EXPECT_EQ(params.get("a"), std::nullopt);
  EXPECT_EQ(params.get("b"), "2");
}

TEST(QueryParams, KeepsAtMost64Parts) {
  std::string query;
  for (int i = 0; i < 100; ++i) query += "k" + std::to_string(i) + "=v&";
  EXPECT_EQ(QueryParams(query).all().size(), 64U);
}

HttpRequest handshake() {
  HttpRequest request;
  request.method = "GET";
  request.target = "/";
  request.headers = {{"Host", "x"},
                     {"Upgrade", "WebSocket"},
                     {"Connection", "keep-alive, Upgrade"},
                     {"Sec-WebSocket-Version", "13"},
                     {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  return request;
}

void set(HttpRequest& request, std::string_view name, std::string value) {
  for (auto& header : request.headers) {
    if (header.first == name) header.second = std::move(value);
  }
}

TEST(WsHandshake, AcceptsAValidOne) {
  EXPECT_EQ(check_ws_handshake(handshake(), true), 101);
}

TEST(WsHandshake, ComputesTheAcceptValueOfTheRfc) {
  EXPECT_EQ(ws_accept_value("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WsHandshake, RefusesOtherVersionsWith426) {
  auto request = handshake();
  set(request, "Sec-WebSocket-Version", "8");
  EXPECT_EQ(check_ws_handshake(request, true), 426);
}

TEST(WsHandshake, RefusesKeysThatAreNotSixteenBytes) {
  for (const char* key : {"", "AAAA", "not base64!", "dGhlIHNhbXBsZSBub25jZSBsb25nZXI="}) {
    auto request = handshake();
    set(request, "Sec-WebSocket-Key", key);
    EXPECT_EQ(check_ws_handshake(request, true), 400) << key;
  }
}

TEST(WsHandshake, RefusesWhatIsNoUpgrade) {
  EXPECT_EQ(check_ws_handshake(handshake(), false), 400) << "HTTP/1.0";
  auto post = handshake();
  post.method = "POST";
  EXPECT_EQ(check_ws_handshake(post, true), 400);
  EXPECT_FALSE(asks_for_websocket(post));
  auto other = handshake();
  set(other, "Upgrade", "h2c");
  EXPECT_FALSE(asks_for_websocket(other));
  auto no_connection = handshake();
  set(no_connection, "Connection", "keep-alive");
  EXPECT_FALSE(asks_for_websocket(no_connection));
  auto no_host = handshake();
  set(no_host, "Host", "");
  EXPECT_EQ(check_ws_handshake(no_host, true), 400);
}

}  // namespace
}  // namespace chillin::net
