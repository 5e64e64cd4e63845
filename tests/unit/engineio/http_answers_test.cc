#include "engineio/http_answers.h"

#include <gtest/gtest.h>

#include <string>

namespace chillin::engineio {
namespace {

std::string header(const net::HttpResponse& response, std::string_view name) {
  for (const auto& [key, value] : response.headers) {
    if (key == name) return value;
  }
  return "";
}

net::HttpRequest from(const std::string& origin) {
  net::HttpRequest request;
  request.method = "GET";
  if (!origin.empty()) request.headers.emplace_back("Origin", origin);
  return request;
}

TEST(ErrorAnswer, IsThatOfTheReference) {
  EXPECT_EQ(error_answer(false, 400, ErrorCode::kUnknownTransport).body, R"({"code":0,"message":"Transport unknown"})");
  EXPECT_EQ(error_answer(false, 400, ErrorCode::kUnknownSid).body, R"({"code":1,"message":"Session ID unknown"})");
  EXPECT_EQ(error_answer(false, 400, ErrorCode::kBadHandshakeMethod).body,
            R"({"code":2,"message":"Bad handshake method"})");
  EXPECT_EQ(error_answer(false, 400, ErrorCode::kBadRequest).body, R"({"code":3,"message":"Bad request"})");
  EXPECT_EQ(error_answer(false, 403, ErrorCode::kForbidden, "no \"way\"").body, R"({"code":4,"message":"no \"way\""})");
  EXPECT_EQ(error_answer(false, 400, ErrorCode::kUnsupportedProtocol).body,
            R"({"code":5,"message":"Unsupported protocol version"})");
}
TEST(ErrorAnswer, ToAnUpgradeIsTheBareMessage) {
  EXPECT_EQ(error_answer(true, 400, ErrorCode::kUnknownSid).body, "Session ID unknown");
}
TEST(PollAnswer, NamesWhatItCarries) {
  EXPECT_EQ(header(poll_answer({"4a", false}), "Content-Type"), "text/plain; charset=UTF-8");
  EXPECT_EQ(header(poll_answer({"4a", true}), "Content-Type"), "application/octet-stream");
  EXPECT_EQ(header(poll_answer({"4a", true}), "Cache-Control"), "no-store");
}

TEST(CrossOrigin, NothingIsSaidUnlessConfigured) {
  net::HttpResponse response;
  add_cors(response, {}, from("https://a.example"));
  EXPECT_TRUE(response.headers.empty());
}
TEST(CrossOrigin, AListedOriginIsAllowedAndNamed) {
  const Cors cors{.origins = {"https://a.example", "https://b.example"}};
  net::HttpResponse response;
  add_cors(response, cors, from("https://b.example"));
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "https://b.example");
  EXPECT_EQ(header(response, "Access-Control-Allow-Credentials"), "true");
  EXPECT_EQ(header(response, "Vary"), "Origin");
}
TEST(CrossOrigin, AnotherOriginIsNot) {
  for (const std::string& origin :
       {std::string(), std::string("https://c.example"), std::string("https://a.example.evil"), std::string("null")}) {
    net::HttpResponse response;
    add_cors(response, {.origins = {"https://a.example"}}, from(origin));
    EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "") << origin;
    EXPECT_EQ(header(response, "Vary"), "Origin") << "caches must not mix them up";
  }
}
TEST(CrossOrigin, AStarEchoesTheOriginSoThatCredentialsWork) {
  net::HttpResponse response;
  add_cors(response, {.origins = {"*"}}, from("https://any.example"));
  EXPECT_EQ(header(response, "Access-Control-Allow-Origin"), "https://any.example");
}
TEST(CrossOrigin, CredentialsCanBeLeftOut) {
  net::HttpResponse response;
  add_cors(response, {.origins = {"*"}, .credentials = false}, from("https://any.example"));
  EXPECT_EQ(header(response, "Access-Control-Allow-Credentials"), "");
}
TEST(CrossOrigin, APreflightGetsWhatItAsksFor) {
  auto request = from("https://a.example");
  request.headers.emplace_back("Access-Control-Request-Headers", "x-token");
  const auto response = preflight_answer({.origins = {"*"}}, request);
  EXPECT_EQ(response.status, 204);
  EXPECT_EQ(header(response, "Access-Control-Allow-Headers"), "x-token");
  EXPECT_NE(header(response, "Access-Control-Allow-Methods").find("POST"), std::string::npos);
}

}  // namespace
}  // namespace chillin::engineio
