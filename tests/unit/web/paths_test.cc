#include "web/paths.h"

#include <gtest/gtest.h>

namespace chillin::web {
namespace {

PathKind kind(std::string_view path) {
  return kind_of_path(path).kind;
}

TEST(Paths, PagesOfTheApplication) {
  for (const auto* path : {"/", "/rooms", "/settings", "/settings/", "/sign-in", "/a/b/c", "/r", "/r/", "/v1.2/notes",
                           "/apiary", "/healthy", "/r%2Ftea"}) {
    EXPECT_EQ(kind(path), PathKind::kPage) << path;
  }
}

TEST(Paths, EverythingBelowRIsAPageBecauseNamesOfRoomsMayHoldAnything) {
  for (const auto* path : {"/r/tea", "/r/node.js", "/r/.env", "/r/a%2Fb", "/r/100%", "/r/%ff",
                           "/r/..%2F..%2Fetc%2Fpasswd", "/r/tea/settings.d", "/r/%E2%98%95"}) {
    EXPECT_EQ(kind(path), PathKind::kPage) << path;
  }
}

TEST(Paths, FilesAreDecodedOnce) {
  EXPECT_EQ(kind_of_path("/sw.js").kind, PathKind::kFile);
  EXPECT_EQ(kind_of_path("/sw.js").file, "sw.js");
  EXPECT_EQ(kind_of_path("/icons/%69con.png").file, "icons/icon.png");
  EXPECT_EQ(kind_of_path("/assets/a%2520b+c.js").file, "assets/a%20b+c.js");
  EXPECT_EQ(kind_of_path("/favicon%2Eico").kind, PathKind::kFile);
}

TEST(Paths, EverythingBelowAssetsIsAFile) {
  for (const auto* path : {"/assets", "/assets/", "/assets/index", "/assets/a/b"}) {
    EXPECT_EQ(kind(path), PathKind::kFile) << path;
  }
}

TEST(Paths, TheServersOwnAreNotTheClients) {
  for (const auto* path :
       {"/api", "/api/", "/api/rooms", "/api/openapi.json", "/api/uploads/x.png", "/socket.io", "/socket.io/",
        "/socket.io/socket.io.js", "/health", "/health/ready", "/metrics", "/%61pi/rooms", "/api%2Frooms"}) {
    EXPECT_EQ(kind(path), PathKind::kServer) << path;
  }
}

TEST(Paths, DotSegmentsAndBrokenEscapesAreNobodys) {
  for (const auto* path : {"/..", "/../etc/passwd", "/assets/../index.html", "/assets/..%2f..%2fetc/passwd",
                           "/%2e%2e/x", "/assets/%2E%2E/sw.js", "/./index.html", "/a/..", "/%", "/%zz", "/assets/%4",
                           "", "*", "index.html", "http://other.example/"}) {
    EXPECT_EQ(kind(path), PathKind::kInvalid) << path;
  }
}

}  // namespace
}  // namespace chillin::web
