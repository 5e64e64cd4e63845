#include "chat/content_type.h"
#include "chat/open_blob.h"
#include "chat/set_avatar.h"
#include "chat/store_upload.h"
#include "unit/chat/world.h"

namespace chillin::test {
namespace {

using std::string_literals::operator""s;

const std::string kPng = "\x89PNG\r\n\x1A\n and so on";

class Uploads : public World {};

TEST_F(Uploads, AnAvatarIsAPictureAndReplacesTheOneBefore) {
  const auto amelie = account("amelie");
  const auto first = good(chat::set_avatar(service, amelie, kPng));
  ASSERT_TRUE(first.avatar.starts_with("/api/avatars/"));
  const auto blob = good(chat::open_blob(service, first.avatar.substr(5)));
  EXPECT_EQ(blob.content_type, "image/png");
  EXPECT_EQ(blob.bytes, kPng);
  const auto second = good(chat::set_avatar(service, first, "GIF89a..."));
  EXPECT_NE(second.avatar, first.avatar);
  EXPECT_EQ(blobs.blobs.size(), 1U);
  EXPECT_EQ(refusal(chat::open_blob(service, first.avatar.substr(5))), "MESSAGE_NOT_FOUND");
}

TEST_F(Uploads, AnAvatarThatIsNoPictureIsRefused) {
  const auto amelie = account("amelie");
  EXPECT_EQ(refusal(chat::set_avatar(service, amelie, "<svg onload=alert(1)>")), "INVALID_PAYLOAD avatar");
  EXPECT_EQ(refusal(chat::set_avatar(service, amelie, "")), "INVALID_PAYLOAD avatar");
  EXPECT_EQ(refusal(chat::set_avatar(service, amelie, kPng + std::string(chat::kMaxAvatarBytes, 'x'))),
            "INVALID_PAYLOAD avatar");
  EXPECT_TRUE(blobs.blobs.empty());
}

TEST_F(Uploads, AFileKeepsItsLastNameAndItsRealType) {
  const auto amelie = account("amelie");
  const auto upload = good(chat::store_upload(service, {amelie, "../../etc/pass\nwd.png", "just text"}));
  EXPECT_EQ(upload.name, "passwd.png");
  EXPECT_EQ(upload.content_type, "text/plain");
  EXPECT_EQ(upload.size, 9);
  EXPECT_EQ(upload.url, "/api/uploads/" + upload.id);
  EXPECT_EQ(good(chat::blob_info(service, "uploads/" + upload.id)).size, 9);
  EXPECT_EQ(good(chat::store_upload(service, {amelie, "a/..", "x"})).name, "file");
  std::string long_name;
  for (int i = 0; i < 150; ++i) long_name += "é";
  EXPECT_EQ(good(chat::store_upload(service, {amelie, long_name, "x"})).name.size(), 200U);
}

TEST_F(Uploads, AFileHasASize) {
  const auto amelie = account("amelie");
  EXPECT_EQ(refusal(chat::store_upload(service, {amelie, "a", ""})), "INVALID_PAYLOAD file");
  EXPECT_EQ(refusal(chat::store_upload(service, {amelie, "a", std::string(chat::kMaxUploadBytes + 1, 'x')})),
            "INVALID_PAYLOAD file");
}

TEST_F(Uploads, FilesAreLimitedPerAccount) {
  const auto amelie = account("amelie");
  for (int i = 0; i < 30; ++i) good(chat::store_upload(service, {amelie, "a", "x"}));
  EXPECT_EQ(refusal(chat::store_upload(service, {amelie, "a", "x"})), "RATE_LIMITED");
  good(chat::store_upload(service, {account("björn"), "a", "x"}));
}

TEST_F(Uploads, OnlyKeysOfTheChatAreOpened) {
  blobs.blobs["secret"] = {};
  for (const char* key : {"secret", "uploads/", "uploads/../secret", "uploads/a/b", "other/x", ""}) {
    EXPECT_EQ(refusal(chat::open_blob(service, key)), "MESSAGE_NOT_FOUND") << key;
  }
}

TEST(ContentType, IsReadFromTheBytes) {
  using chat::sniff_content_type;
  EXPECT_EQ(sniff_content_type(kPng), "image/png");
  EXPECT_EQ(sniff_content_type("\xFF\xD8\xFF\xE0"), "image/jpeg");
  EXPECT_EQ(sniff_content_type("GIF87a"), "image/gif");
  EXPECT_EQ(sniff_content_type("RIFF\1\2\3\4WEBPVP8 "), "image/webp");
  EXPECT_EQ(sniff_content_type("RIFF\1\2\3\4WAVE"), "application/octet-stream");
  EXPECT_EQ(sniff_content_type("%PDF-1.7"), "application/pdf");
  EXPECT_EQ(sniff_content_type("\0\0\0\x18"s + "ftypisom...."), "video/mp4");
  EXPECT_EQ(sniff_content_type("\x1A\x45\xDF\xA3....B\x82\x84webm"), "video/webm");
  EXPECT_EQ(sniff_content_type("\x1A\x45\xDF\xA3....matroska"), "application/octet-stream");
  EXPECT_EQ(sniff_content_type("OggS\0\2"s), "audio/ogg");
  EXPECT_EQ(sniff_content_type("ID3\4"), "audio/mpeg");
  EXPECT_EQ(sniff_content_type("\xFF\xFB\x90\x44"), "audio/mpeg");
  EXPECT_EQ(sniff_content_type("plain text, grüße\n"), "text/plain");
  EXPECT_EQ(sniff_content_type(" <html>"), "application/octet-stream");
  EXPECT_EQ(sniff_content_type("a\0b"s), "application/octet-stream");
  EXPECT_EQ(sniff_content_type(""), "application/octet-stream");
}

}  // namespace
}  // namespace chillin::test
