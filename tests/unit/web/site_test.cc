#include "web/site.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>

#include "unit/web/packed.h"

namespace chillin::web {
namespace {

class SiteTest : public ::testing::Test {
 protected:
  net::HttpResponse get(std::string target, net::HttpHeaders headers = {}, std::string method = "GET") {
    net::HttpRequest request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.headers = std::move(headers);
    return site_.answer(request);
  }

  static std::string header(const net::HttpResponse& response, std::string_view name) {
    std::optional<std::string> found;
    for (const auto& [n, value] : response.headers) {
      if (n != name) continue;
      EXPECT_FALSE(found) << name << " is there twice";
      found = value;
    }
    return found.value_or("");
  }

  Site site_{Archive::read(small_client()).value()};
};

TEST_F(SiteTest, AnswersEveryPageWithTheSameDocument) {
  for (const auto* target : {"/", "/r/tea", "/r/node.js", "/rooms?sort=name", "/settings", "/index.html"}) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 200) << target;
    EXPECT_EQ(response.body, "<html>") << target;
    EXPECT_EQ(header(response, "Content-Type"), "text/html; charset=utf-8") << target;
    EXPECT_EQ(header(response, "Cache-Control"), "no-cache") << target;
    EXPECT_EQ(header(response, "ETag"), "\"page\"") << target;
  }
}

TEST_F(SiteTest, LetsHashedNamesBeKeptForGoodAndNothingElse) {
  EXPECT_EQ(header(get("/assets/index-Bk3xP9aQ.js"), "Cache-Control"), "public, max-age=31536000, immutable");
  for (const auto* target : {"/assets/plain.js", "/sw.js", "/icons/icon.png", "/"}) {
    EXPECT_EQ(header(get(target), "Cache-Control"), "no-cache") << target;
  }
}

TEST_F(SiteTest, AnswersInTheCodingThatIsAskedFor) {
  const auto brotli = get("/assets/index-Bk3xP9aQ.js", {{"Accept-Encoding", "gzip, br"}});
  EXPECT_EQ(header(brotli, "Content-Encoding"), "br");
  EXPECT_EQ(brotli.body, "BR");
  const auto gzip = get("/assets/index-Bk3xP9aQ.js", {{"accept-encoding", "gzip, br;q=0"}});
  EXPECT_EQ(header(gzip, "Content-Encoding"), "gzip");
  EXPECT_EQ(gzip.body, "GZIP");
  const auto plain = get("/assets/index-Bk3xP9aQ.js");
  EXPECT_EQ(header(plain, "Content-Encoding"), "");
  EXPECT_EQ(plain.body, "let a;");
  for (const auto* response : {&brotli, &gzip, &plain}) {
    EXPECT_EQ(header(*response, "Vary"), "Accept-Encoding");
    EXPECT_EQ(header(*response, "Content-Type"), "text/javascript; charset=utf-8");
  }
  EXPECT_NE(header(brotli, "ETag"), header(gzip, "ETag"));
  EXPECT_NE(header(plain, "ETag"), header(gzip, "ETag"));
}

TEST_F(SiteTest, AFileThatNothingMakesSmallerComesAsItIs) {
  const auto response = get("/icons/icon.png", {{"Accept-Encoding", "br, gzip"}});
  EXPECT_EQ(response.body.size(), 6U);
  EXPECT_EQ(header(response, "Content-Encoding"), "");
  EXPECT_EQ(header(response, "Content-Type"), "image/png");
}

TEST_F(SiteTest, WhatTheBrowserHasAlreadyIsNotSentAgain) {
  const net::HttpHeaders accept = {{"Accept-Encoding", "gzip"}};
  const auto first = get("/sw.js", accept);
  const auto again = get("/sw.js", {accept[0], {"If-None-Match", "\"other\", " + header(first, "ETag")}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(header(again, "Content-Type"), "");
  EXPECT_EQ(header(again, "Content-Encoding"), "");
  for (const auto* name : {"ETag", "Cache-Control", "Vary", "Content-Security-Policy"}) {
    EXPECT_EQ(header(again, name), header(first, name)) << name;
  }
  EXPECT_EQ(get("/sw.js", {{"If-None-Match", header(first, "ETag")}}).status, 200) << "that tag is the gzip form's";
  EXPECT_EQ(get("/sw.js", {accept[0], {"If-None-Match", "\"old\""}}).status, 200);
}

TEST_F(SiteTest, AnswersHeadAsGet) {
  const auto response = get("/r/tea", {}, "HEAD");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "<html>") << "the connection counts it for Content-Length and leaves it out";
  EXPECT_EQ(get("/assets/gone-12345678.js", {}, "HEAD").status, 404);
}

TEST_F(SiteTest, AFileThatIsNotThereIsNeverThePage) {
  for (const auto* target : {"/assets/index-00000000.js", "/assets/", "/assets/index", "/favicon.ico", "/nothing.png",
                             "/assets/../index.html", "/assets/..%2findex.html", "/..%2f..%2fetc%2fpasswd", "/%zz"}) {
    const auto response = get(target);
    EXPECT_EQ(response.status, 404) << target;
    EXPECT_EQ(response.body, R"({"error":"There is nothing at this address.","code":"NOT_FOUND"})");
    EXPECT_EQ(header(response, "Cache-Control"), "no-store");
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
  }
}

TEST_F(SiteTest, OnlyReadingIsPossible) {
  for (const auto* method : {"POST", "PUT", "DELETE", "OPTIONS", "PATCH"}) {
    const auto response = get("/r/tea", {}, method);
    EXPECT_EQ(response.status, 405) << method;
    EXPECT_EQ(header(response, "Allow"), "GET, HEAD");
  }
}

TEST_F(SiteTest, EveryAnswerCarriesTheSecurityHeaders) {
  for (const auto* target : {"/", "/sw.js", "/assets/index-Bk3xP9aQ.js", "/nothing.png"}) {
    const auto response = get(target);
    const std::string policy = header(response, "Content-Security-Policy");
    for (const auto* directive : {"default-src 'none'; ", "script-src 'self'; ", "style-src 'self'; ",
                                  "connect-src 'self'; ", "worker-src 'self'; ", "object-src 'none'; ",
                                  "base-uri 'none'; ", "form-action 'self'; ", "frame-ancestors 'none'"}) {
      EXPECT_NE(policy.find(directive), std::string::npos) << target << ": " << directive;
    }
    EXPECT_EQ(policy.find("unsafe"), std::string::npos);
    EXPECT_EQ(header(response, "X-Content-Type-Options"), "nosniff");
    EXPECT_EQ(header(response, "Referrer-Policy"), "same-origin");
    EXPECT_EQ(header(response, "Cross-Origin-Opener-Policy"), "same-origin");
    EXPECT_NE(header(response, "Permissions-Policy").find("camera=()"), std::string::npos);
  }
}

TEST_F(SiteTest, LeavesTheServersOwnAddressesAlone) {
  net::HttpRequest request;
  for (const auto* target : {"/api/rooms?limit=1", "/health", "/metrics", "/socket.io/?EIO=4"}) {
    request.target = target;
    EXPECT_FALSE(Site::handles(request)) << target;
  }
  for (const auto* target : {"/", "/r/api", "/sw.js", "/nothing.png", "/.."}) {
    request.target = target;
    EXPECT_TRUE(Site::handles(request)) << target;
  }
}

TEST(Site, WithoutAClientEveryPageSaysHowToGetIt) {
  const Site site(Archive::read("").value());
  net::HttpRequest request;
  request.method = "GET";
  request.target = "/r/tea";
  const auto response = site.answer(request);
  EXPECT_EQ(response.status, 200);
  EXPECT_NE(response.body.find("./run"), std::string::npos);
}

TEST(HasHashedName, IsWhatTheBuildWritesBelowAssets) {
  EXPECT_TRUE(has_hashed_name("assets/index-Bk3xP9aQ.js"));
  EXPECT_TRUE(has_hashed_name("assets/chat-view-B-3x_9aQ.css"));
  EXPECT_TRUE(has_hashed_name("assets/socket.io-Bk3xP9aQ.js"));
  EXPECT_TRUE(has_hashed_name("assets/fonts/inter-latin-Dx4kXJAl.woff2"));
  for (const auto* path : {"index-Bk3xP9aQ.js", "assets/index.js", "assets/index-1234567.js", "assets/index-Bk3xP9aQ",
                           "assets/a-b.12345678.js", "assets/a-äöüäöüä.js", "icons/icon-12345678.png", ""}) {
    EXPECT_FALSE(has_hashed_name(path)) << path;
  }
}

}  // namespace
}  // namespace chillin::web
