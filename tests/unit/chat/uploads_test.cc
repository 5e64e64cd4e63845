#include "chat/uploads.h"
#include "chat/complete_upload.h"
#include "chat/content_type.h"
#include "chat/delete_message.h"
#include "chat/open_blob.h"
#include "chat/open_upload.h"
#include "chat/request_upload.h"
#include "chat/set_avatar.h"
#include "chat/store_upload.h"
#include "chat/sweep_uploads.h"
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
  const auto blob = good(chat::open_avatar(service, first.avatar.substr(13)));
  EXPECT_EQ(blob.content_type, "image/png");
  EXPECT_EQ(blob.bytes, kPng);
  const auto second = good(chat::set_avatar(service, first, "GIF89a..."));
  EXPECT_NE(second.avatar, first.avatar);
  EXPECT_EQ(blobs.blobs.size(), 1U);
  EXPECT_EQ(refusal(chat::open_avatar(service, first.avatar.substr(13))), "MESSAGE_NOT_FOUND");
  EXPECT_EQ(good(chat::avatar_of(service, " Amelie ")), second.avatar);
  account("björn");
  EXPECT_EQ(refusal(chat::avatar_of(service, "björn")), "MESSAGE_NOT_FOUND");
  EXPECT_EQ(refusal(chat::avatar_of(service, "nobody")), "MESSAGE_NOT_FOUND");
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
  EXPECT_EQ(good(chat::open_upload(service, amelie, upload.id)).size, 9);
  EXPECT_EQ(good(chat::store_upload(service, {amelie, "a/..", "x"})).name, "file");
  std::string long_name;
  for (int i = 0; i < 150; ++i) long_name += "é";
  EXPECT_EQ(good(chat::store_upload(service, {amelie, long_name, "x"})).name.size(), 200U);
}

TEST_F(Uploads, AFileHasASize) {
  settings.max_upload_bytes = 1'000;
  const auto amelie = account("amelie");
  EXPECT_EQ(refusal(chat::store_upload(service, {amelie, "a", ""})), "INVALID_PAYLOAD file");
  EXPECT_EQ(refusal(chat::store_upload(service, {amelie, "a", std::string(1'001, 'x')})), "INVALID_PAYLOAD file");
}

TEST_F(Uploads, FilesAreLimitedPerAccount) {
  const auto amelie = account("amelie");
  for (int i = 0; i < 30; ++i) good(chat::store_upload(service, {amelie, "a", "x"}));
  EXPECT_EQ(refusal(chat::store_upload(service, {amelie, "a", "x"})), "RATE_LIMITED");
  good(chat::store_upload(service, {account("björn"), "a", "x"}));
}

TEST_F(Uploads, AnAccountHasSoMuchSpace) {
  settings.upload_quota_bytes = 10;
  const auto amelie = account("amelie");
  good(chat::store_upload(service, {amelie, "a", "1234567"}));
  EXPECT_EQ(refusal(chat::store_upload(service, {amelie, "a", "1234"})), "FORBIDDEN size");
  EXPECT_EQ(refusal(chat::request_upload(service, {amelie, "a", "", 4})), "FORBIDDEN size");
  good(chat::store_upload(service, {amelie, "a", "123"}));
  good(chat::store_upload(service, {account("björn"), "a", "1234"}));
}

TEST_F(Uploads, OnlyKeysOfTheChatAreOpened) {
  blobs.blobs["secret"] = {};
  blobs.blobs["uploads/x"] = {};
  const auto amelie = account("amelie");
  for (const char* id : {"secret", "../secret", "a/b", "../uploads/x", ""}) {
    EXPECT_EQ(refusal(chat::open_avatar(service, id)), "MESSAGE_NOT_FOUND") << id;
    EXPECT_EQ(refusal(chat::open_upload(service, amelie, id)), "MESSAGE_NOT_FOUND") << id;
  }
}

TEST_F(Uploads, BytesThatWerePutElsewhereAreTakenOver) {
  const auto amelie = account("amelie");
  const auto ticket = good(chat::request_upload(service, {amelie, "a/photo.png", "image/png", 9}));
  EXPECT_EQ(ticket.request.url, "incoming/" + ticket.id);
  EXPECT_EQ(refusal(chat::complete_upload(service, amelie, ticket.id)), "INVALID_PAYLOAD id");
  blobs.blobs["incoming/" + ticket.id] = {"image/png", "", "just text"};
  EXPECT_EQ(refusal(chat::complete_upload(service, account("björn"), ticket.id)), "MESSAGE_NOT_FOUND");
  EXPECT_EQ(refusal(chat::open_upload(service, amelie, ticket.id)), "MESSAGE_NOT_FOUND");
  const auto attachment = good(chat::complete_upload(service, amelie, ticket.id));
  EXPECT_EQ(attachment.name, "photo.png");
  EXPECT_EQ(attachment.content_type, "text/plain") << "by its bytes, whatever was declared";
  EXPECT_EQ(attachment.size, 9);
  // The address that was signed reaches it no more.
  EXPECT_FALSE(blobs.blobs.contains("incoming/" + ticket.id));
  EXPECT_EQ(good(chat::complete_upload(service, amelie, ticket.id)), attachment);
  EXPECT_EQ(good(chat::open_upload(service, amelie, ticket.id)).content_type, "text/plain");
}

TEST_F(Uploads, BytesThatAreNotAsAnnouncedAreRefused) {
  const auto amelie = account("amelie");
  const auto ticket = good(chat::request_upload(service, {amelie, "a", "image/png", 9}));
  blobs.blobs["incoming/" + ticket.id] = {"image/png", "", "ten bytes!"};
  EXPECT_EQ(refusal(chat::complete_upload(service, amelie, ticket.id)), "INVALID_PAYLOAD id");
  EXPECT_TRUE(blobs.blobs.empty());
  for (const char* wrong : {"image", "/png", "image/", "image/png; charset=x", "a/b\nc"}) {
    EXPECT_EQ(refusal(chat::request_upload(service, {amelie, "a", wrong, 9})), "INVALID_PAYLOAD type") << wrong;
  }
  for (const std::int64_t wrong : {std::int64_t{0}, std::int64_t{-1}, settings.max_upload_bytes + 1}) {
    EXPECT_EQ(refusal(chat::request_upload(service, {amelie, "a", "", wrong})), "INVALID_PAYLOAD size") << wrong;
  }
}

TEST_F(Uploads, AFileIsItsOwnersUntilAMessageCarriesItAndThenTheRooms) {
  const auto amelie = account("amelie");
  const auto bjorn = account("björn");
  const auto upload = good(chat::store_upload(service, {amelie, "a", "text"}));
  EXPECT_EQ(refusal(chat::open_upload(service, bjorn, upload.id)), "MESSAGE_NOT_FOUND");
  EXPECT_EQ(refusal(chat::open_upload(service, std::nullopt, upload.id)), "MESSAGE_NOT_FOUND");
  private_room("secret", identity(amelie));
  const auto session = device(amelie);
  join(session, "secret");
  chat::SendMessage command{.attachments = {upload.id}};
  good(chat::send_message(service, session, std::move(command)));
  EXPECT_EQ(refusal(chat::open_upload(service, bjorn, upload.id)), "MESSAGE_NOT_FOUND");
  EXPECT_EQ(refusal(chat::open_upload(service, std::nullopt, upload.id)), "MESSAGE_NOT_FOUND");
  join(device(bjorn), "secret", "", "garden");
  EXPECT_EQ(good(chat::open_upload(service, bjorn, upload.id)).name, "a");
}

TEST_F(Uploads, OfAPublicRoomGuestsMayReadWhereTheyMayReadAtAll) {
  const auto amelie = account("amelie");
  const auto upload = good(chat::store_upload(service, {amelie, "a", "text"}));
  const auto session = device(amelie);
  join(session, "general");
  chat::SendMessage command{.attachments = {upload.id}};
  good(chat::send_message(service, session, std::move(command)));
  good(chat::open_upload(service, std::nullopt, upload.id));
  settings.guest_access = false;
  EXPECT_EQ(refusal(chat::open_upload(service, std::nullopt, upload.id)), "MESSAGE_NOT_FOUND");
}

TEST_F(Uploads, AFileGoesWithOneMessageOfItsOwner) {
  const auto amelie = account("amelie");
  const auto bjorn = account("björn");
  const auto upload = good(chat::store_upload(service, {amelie, "a", "text"}));
  const auto ticket = good(chat::request_upload(service, {amelie, "b", "", 4}));
  const auto hers = device(amelie);
  const auto his = device(bjorn);
  join(hers, "general");
  join(his, "general");
  const auto send = [&](const SessionPtr& session, const std::string& id, const std::string& temp_id = "") {
    return chat::send_message(service, session, {.temp_id = temp_id, .attachments = {id}});
  };
  EXPECT_EQ(refusal(send(his, upload.id)), "INVALID_PAYLOAD attachments");
  EXPECT_EQ(refusal(send(hers, ticket.id)), "INVALID_PAYLOAD attachments");
  const auto first = good(send(hers, upload.id, "t1"));
  hers->recent_sends.clear();  // as on another device or server
  const auto again = good(send(hers, upload.id, "t1"));
  EXPECT_EQ(again.appended.id, first.appended.id);
  EXPECT_TRUE(again.appended.duplicate);
  EXPECT_EQ(refusal(send(hers, upload.id, "t2")), "INVALID_PAYLOAD attachments");
  EXPECT_EQ(refusal(send(guest_in("general", "gast"), upload.id)), "INVALID_PAYLOAD attachments");
}

TEST_F(Uploads, FilesOfADeletedMessageAreGone) {
  const auto amelie = account("amelie");
  const auto upload = good(chat::store_upload(service, {amelie, "a", "text"}));
  const auto session = device(amelie);
  join(session, "general");
  const auto sent = good(chat::send_message(service, session, {.attachments = {upload.id}}));
  good(chat::delete_message(service, session, sent.appended.id));
  EXPECT_EQ(refusal(chat::open_upload(service, amelie, upload.id)), "MESSAGE_NOT_FOUND");
  EXPECT_EQ(wait(chat::sweep_uploads(service)), 1U);
  EXPECT_TRUE(blobs.blobs.empty());
}

TEST_F(Uploads, WhatWentWithNoMessageIsRemovedAfterADay) {
  const auto amelie = account("amelie");
  const auto kept = good(chat::store_upload(service, {amelie, "kept", "text"}));
  const auto session = device(amelie);
  join(session, "general");
  good(chat::send_message(service, session, {.attachments = {kept.id}}));
  const auto orphan = good(chat::store_upload(service, {amelie, "orphan", "text"}));
  const auto ticket = good(chat::request_upload(service, {amelie, "b", "", 4}));
  blobs.blobs["incoming/" + ticket.id] = {"a/b", "", "text"};
  clock.advance(chat::kUploadLifetime - util::Millis{1});
  EXPECT_EQ(wait(chat::sweep_uploads(service)), 0U);
  clock.advance(util::Millis{1});
  EXPECT_EQ(refusal(chat::open_upload(service, amelie, orphan.id)), "MESSAGE_NOT_FOUND");
  EXPECT_EQ(refusal(chat::complete_upload(service, amelie, ticket.id)), "MESSAGE_NOT_FOUND");
  blobs.away = true;
  EXPECT_EQ(wait(chat::sweep_uploads(service)), 0U);
  blobs.away = false;
  EXPECT_EQ(wait(chat::sweep_uploads(service)), 2U);
  EXPECT_EQ(blobs.blobs.size(), 1U);
  EXPECT_EQ(wait(chat::sweep_uploads(service)), 0U);
  good(chat::open_upload(service, amelie, kept.id));
}

TEST_F(Uploads, AStoreThatIsAwayLeavesNothingThatCounts) {
  settings.upload_quota_bytes = 5;
  const auto amelie = account("amelie");
  blobs.away = true;
  EXPECT_EQ(refusal(chat::store_upload(service, {amelie, "a", "12345"})), "UNAVAILABLE");
  blobs.away = false;
  wait(chat::sweep_uploads(service));
  good(chat::store_upload(service, {amelie, "a", "12345"}));
}

TEST(ContentType, TheBeginningOfALongTextMayEndWithinACharacter) {
  const std::string text = "grüße, 日本語";
  for (std::size_t n = 1; n <= text.size(); ++n) EXPECT_EQ(chat::sniff_beginning(text.substr(0, n)), "text/plain") << n;
  EXPECT_EQ(chat::sniff_beginning(text + "\xFF\xFF\xFF\xFF"), "application/octet-stream");
  EXPECT_EQ(chat::sniff_beginning(kPng), "image/png");
}

TEST(ContentType, OnlyWhatCannotRunIsShownInPlace) {
  EXPECT_EQ(chat::content_disposition("image/png", "a b.png"),
            "inline; filename=\"a_b.png\"; filename*=UTF-8''a%20b.png");
  EXPECT_EQ(chat::content_disposition("text/plain", "\"\r\nä"),
            "attachment; filename=\"_____\"; filename*=UTF-8''%22%0D%0A%C3%A4");
  for (const char* type : {"text/html", "image/svg+xml", "application/pdf", "application/octet-stream", ""}) {
    EXPECT_FALSE(chat::is_shown_in_place(type)) << type;
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
