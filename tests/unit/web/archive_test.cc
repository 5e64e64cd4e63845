#include "web/archive.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/web/packed.h"

namespace chillin::web {
namespace {

TEST(Archive, FindsEachFileByItsWholePath) {
  const auto archive = Archive::read(small_client());
  ASSERT_TRUE(archive);
  EXPECT_EQ(archive->size(), 5U);
  const File* script = archive->find("assets/index-Bk3xP9aQ.js");
  ASSERT_NE(script, nullptr);
  EXPECT_EQ(script->content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(script->etag, "script");
  EXPECT_EQ(script->identity, "let a;");
  EXPECT_EQ(script->gzip, "GZIP");
  EXPECT_EQ(script->brotli, "BR");
  EXPECT_EQ(archive->find("icons/icon.png")->identity.size(), 6U);
  for (const auto* other :
       {"", "/index.html", "INDEX.HTML", "assets", "assets/", "assets/../index.html", "index.htm"}) {
    EXPECT_EQ(archive->find(other), nullptr) << other;
  }
}

TEST(Archive, NothingIsAnArchiveWithoutFiles) {
  const auto archive = Archive::read("");
  ASSERT_TRUE(archive);
  EXPECT_TRUE(archive->empty());
}

TEST(Archive, RefusesWhatIsNotWhole) {
  const std::string whole = small_client();
  for (std::size_t size = 1; size < whole.size(); ++size) {
    EXPECT_FALSE(Archive::read(std::string_view(whole).substr(0, size))) << size;
  }
  EXPECT_FALSE(Archive::read(whole + "x"));
  EXPECT_FALSE(Archive::read("CHILWEB2" + whole.substr(8)));
}

TEST(Archive, RefusesSizesBeyondItsEnd) {
  std::string many = small_client();
  many.replace(8, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(Archive::read(many));
  std::string large = small_client();
  large.replace(12, 4, "\xff\xff\xff\xff");
  EXPECT_FALSE(Archive::read(large));
}

TEST(Archive, RefusesAFileThatIsInItTwice) {
  const PackedFile file{"a.js", "text/javascript", "a", "1", "", ""};
  const auto archive = Archive::read(packed({file, file}));
  ASSERT_FALSE(archive);
  EXPECT_EQ(archive.error().detail, "the archive of the web client is damaged: a file is in it twice");
}

TEST(Archive, ThePlaceholderIsAPageThatSaysHowToBuildTheClient) {
  const Archive archive = Archive::placeholder();
  const File* page = archive.find("index.html");
  ASSERT_NE(page, nullptr);
  EXPECT_NE(page->identity.find("./run"), std::string_view::npos);
}

}  // namespace
}  // namespace chillin::web
