#include "chat/delete_message.h"
#include "chat/edit_message.h"
#include "chat/load_history.h"
#include "chat/mark_read.h"
#include "chat/mentions.h"
#include "chat/react.h"
#include "chat/store_upload.h"
#include "chat/sync_room.h"
#include "unit/chat/world.h"

namespace chillin::test {
namespace {

using chat::ChangeKind;
using chat::delete_message;
using chat::edit_message;
using chat::react;

class Messages : public World {
 protected:
  chat::Message stored(chat::MessageId id) { return good(storage->log().find(id)); }
  void make_role(const chat::Account& account, chat::RoomId room, chat::Role role) {
    chat::Membership membership{.role = role};
    ASSERT_TRUE(wait(storage->rooms().set_membership(room, account.id, membership)));
  }
};

TEST_F(Messages, AMessageIsStoredAndToldToTheRoom) {
  const auto ana = guest_in("general", "ana");
  const auto sent = send(ana, "hello <b>", "t1");
  EXPECT_EQ(sent.room, "general");
  EXPECT_EQ(sent.appended.id.seq.value, 1);
  EXPECT_EQ(sent.appended.timestamp, clock.wall());
  const auto events = delivery.wait_for_events(1);
  EXPECT_EQ(events[0].kind, ChangeKind::kCreated);
  EXPECT_EQ(events[0].message.text, "hello <b>");
  EXPECT_EQ(events[0].message.user, "ana");
  EXPECT_EQ(events[0].message.room, "general");
  EXPECT_EQ(events[0].message.temp_id, "t1");
}

TEST_F(Messages, ASendGoesToTheRoomNamedOrTheOneJoinedLast) {
  const auto ana = guest_in("one", "ana");
  join(ana, "two", "ana");
  EXPECT_EQ(send(ana, "to the last").room, "two");
  chat::SendMessage command{.text = "to the first", .room = " ONE "};
  EXPECT_EQ(good(chat::send_message(service, ana, std::move(command))).room, "one");
  chat::SendMessage elsewhere{.text = "hello", .room = "three"};
  EXPECT_EQ(refusal(chat::send_message(service, ana, std::move(elsewhere))), "NOT_IN_ROOM");
  EXPECT_EQ(send_refusal(guest(), "hello"), "NOT_IN_ROOM");
}

TEST_F(Messages, ARetryGetsTheFirstId) {
  const auto ana = guest_in("general", "ana");
  const auto first = send(ana, "hello", "t1");
  const auto again = send(ana, "hello", "t1");
  EXPECT_EQ(again.appended.id, first.appended.id);
  EXPECT_EQ(again.appended.timestamp, first.appended.timestamp);
  EXPECT_TRUE(again.appended.duplicate);
  EXPECT_EQ(send(ana, "next", "t2").appended.id.seq.value, 2);
}

TEST_F(Messages, ARetryOfTheSameDeviceCostsNoPlaceInTheLimit) {
  settings.message_rate = {2, util::Millis{10'000}};
  const auto ana = guest_in("general", "ana");
  send(ana, "hello", "t1");
  for (int i = 0; i < 10; ++i) EXPECT_TRUE(send(ana, "hello", "t1").appended.duplicate);
  send(ana, "next", "t2");
}

TEST_F(Messages, ARetryOnAnotherDeviceOrAfterAReconnectAddsNone) {
  const auto amelie = account("amelie");
  const auto before = device(amelie);
  join(before, "general");
  const auto first = send(before, "hello", "t1");
  wait(chat::end_session(service, before));
  const auto after = device(amelie);
  join(after, "general");
  EXPECT_EQ(send(after, "hello", "t1").appended.id, first.appended.id);
}

TEST_F(Messages, TheSameTempIdInAnotherRoomIsAnotherMessage) {
  const auto ana = guest_in("one", "ana");
  const auto first = send(ana, "hello", "t1");
  join(ana, "two", "ana");
  EXPECT_NE(send(ana, "hello", "t1").appended.id, first.appended.id);
}

TEST_F(Messages, ATempIdIsAtMostSixtyFourCharacters) {
  const auto ana = guest_in("general", "ana");
  EXPECT_EQ(send_refusal(ana, "hello", std::string(65, 't')), "INVALID_PAYLOAD tempId");
}

TEST_F(Messages, AReplyPointsToAMessageOfTheSameRoom) {
  const auto ana = guest_in("one", "ana");
  const auto first = send(ana, "hello").appended.id;
  chat::SendMessage reply{.text = "hi", .reply_to = first, .thread_root = first};
  const auto id = good(chat::send_message(service, ana, std::move(reply))).appended.id;
  EXPECT_EQ(stored(id).reply_to, first);
  EXPECT_EQ(stored(id).thread_root, first);
  chat::SendMessage nowhere{.text = "hi", .reply_to = chat::MessageId{first.room, chat::Seq{99}}};
  EXPECT_EQ(refusal(chat::send_message(service, ana, std::move(nowhere))), "INVALID_PAYLOAD replyTo");
  join(ana, "two", "ana");
  chat::SendMessage across{.text = "hi", .thread_root = first};
  EXPECT_EQ(refusal(chat::send_message(service, ana, std::move(across))), "INVALID_PAYLOAD threadRoot");
}

TEST_F(Messages, AnUploadGoesWithAMessage) {
  const auto amelie = account("amelie");
  const auto upload = good(chat::store_upload(service, {amelie, "C:\\notes.txt", "some notes"}));
  EXPECT_EQ(upload.name, "notes.txt");
  EXPECT_EQ(upload.content_type, "text/plain");
  const auto session = device(amelie);
  join(session, "general");
  chat::SendMessage command{.attachments = {upload.id}};
  const auto id = good(chat::send_message(service, session, std::move(command))).appended.id;
  EXPECT_EQ(stored(id).attachments, std::vector{upload});
  chat::SendMessage missing{.text = "x", .attachments = {"no-such-upload"}};
  EXPECT_EQ(refusal(chat::send_message(service, session, std::move(missing))), "INVALID_PAYLOAD attachments");
  chat::SendMessage sneaky{.text = "x", .attachments = {"../avatars/x"}};
  EXPECT_EQ(refusal(chat::send_message(service, session, std::move(sneaky))), "INVALID_PAYLOAD attachments");
  chat::SendMessage many{.text = "x", .attachments = std::vector<std::string>(11, upload.id)};
  EXPECT_EQ(refusal(chat::send_message(service, session, std::move(many))), "INVALID_PAYLOAD attachments");
}

TEST_F(Messages, TheAuthorEditsAndEveryoneIsTold) {
  const auto ana = guest_in("general", "ana");
  const auto id = send(ana, "helo").appended.id;
  clock.advance(util::Millis{5});
  const auto changed = good(edit_message(service, ana, {id, "hello"}));
  EXPECT_EQ(changed.message.text, "hello");
  EXPECT_EQ(changed.message.change_seq, chat::Seq{2});
  EXPECT_EQ(changed.message.edited_at, clock.wall());
  const auto events = delivery.wait_for_events(2);
  EXPECT_EQ(events[1].kind, ChangeKind::kEdited);
  EXPECT_EQ(events[1].seq.value, 2);
}

TEST_F(Messages, NobodyElseEdits) {
  const auto ana = guest_in("general", "ana");
  const auto ben = guest_in("general", "ben");
  const auto id = send(ana, "hello").appended.id;
  EXPECT_EQ(refusal(edit_message(service, ben, {id, "hacked"})), "FORBIDDEN");
  EXPECT_EQ(refusal(edit_message(service, ben, {chat::MessageId{id.room, chat::Seq{9}}, "x"})), "MESSAGE_NOT_FOUND");
  EXPECT_EQ(stored(id).text, "hello");
}

TEST_F(Messages, TheAuthorDeletesAndTheTextIsGone) {
  const auto ana = guest_in("general", "ana");
  const auto id = send(ana, "oops").appended.id;
  const auto changed = good(delete_message(service, ana, id));
  EXPECT_TRUE(changed.message.deleted_at);
  EXPECT_EQ(changed.message.text, "");
  EXPECT_EQ(refusal(delete_message(service, ana, id)), "MESSAGE_NOT_FOUND");
  EXPECT_EQ(refusal(edit_message(service, ana, {id, "back"})), "MESSAGE_NOT_FOUND");
  EXPECT_EQ(refusal(react(service, ana, {id, "👍", true})), "MESSAGE_NOT_FOUND");
  EXPECT_EQ(delivery.wait_for_events(2)[1].kind, ChangeKind::kDeleted);
}

TEST_F(Messages, AModeratorDeletesWhatOthersWrote) {
  const auto amelie = account("amelie");
  const auto bjorn = account("björn");
  const auto ana = guest_in("general", "ana");
  const auto session = device(amelie);
  const auto room = join(session, "general").room.id;
  const auto member = device(bjorn);
  join(member, "general");
  const auto id = send(ana, "spam").appended.id;
  EXPECT_EQ(refusal(delete_message(service, member, id)), "FORBIDDEN");
  EXPECT_EQ(refusal(delete_message(service, guest_in("general", "ben"), id)), "FORBIDDEN");
  EXPECT_EQ(refusal(delete_message(service, guest(), id)), "NOT_IN_ROOM");
  make_role(amelie, room, chat::Role::kModerator);
  EXPECT_TRUE(good(delete_message(service, session, id)).message.deleted_at);
}

TEST_F(Messages, AReactionComesAndGoesOnce) {
  const auto ana = guest_in("general", "ana");
  const auto ben = guest_in("general", "ben");
  const auto id = send(ana, "hello").appended.id;
  EXPECT_TRUE(good(react(service, ben, {id, "👍", true})).event);
  EXPECT_FALSE(good(react(service, ben, {id, "👍", true})).event);
  const auto both = good(react(service, ana, {id, "👍", true}));
  ASSERT_EQ(both.message.reactions.size(), 1U);
  EXPECT_EQ(both.message.reactions[0].users, (std::vector<std::string>{"ben", "ana"}));
  EXPECT_TRUE(good(react(service, ben, {id, "👍", false})).event);
  EXPECT_FALSE(good(react(service, ben, {id, "👍", false})).event);
  EXPECT_EQ(stored(id).last_change().value, 4);
}

TEST_F(Messages, AReactionIsShortAndVisible) {
  const auto ana = guest_in("general", "ana");
  const auto id = send(ana, "hello").appended.id;
  const std::string wrong[] = {"",     " ",      "a b",    "\n",     "\x01",
                               "\xFF", "\u00A0", "\u2003", "\u2028", std::string(33, 'x')};
  for (const std::string& emoji : wrong) {
    EXPECT_EQ(refusal(react(service, ana, {id, emoji, true})), "INVALID_PAYLOAD emoji") << emoji;
  }
  for (const char* emoji : {"👍", "👨‍👩‍👧‍👦", "❤️", ":wave:", "é"})
    good(react(service, ana, {id, emoji, true}));
  EXPECT_EQ(refusal(react(service, guest(), {id, "👍", true})), "NOT_IN_ROOM");
}

TEST_F(Messages, HistoryComesInPages) {
  settings.message_rate = {};
  const auto ana = guest_in("general", "ana");
  for (int i = 1; i <= 5; ++i) send(ana, std::to_string(i));
  const auto newest = good(chat::load_history(service, ana, {.limit = 2}));
  ASSERT_EQ(newest.messages.size(), 2U);
  EXPECT_EQ(newest.messages[0].text, "4");
  EXPECT_TRUE(newest.has_more);
  const auto rest = good(chat::load_history(service, ana, {.room = "general", .before = chat::Seq{4}, .limit = 1'000}));
  EXPECT_EQ(rest.messages.size(), 3U);
  EXPECT_FALSE(rest.has_more);
  EXPECT_EQ(refusal(chat::load_history(service, ana, {.room = "other"})), "NOT_IN_ROOM");
}

TEST_F(Messages, SyncTellsWhatChangedSince) {
  const auto ana = guest_in("general", "ana");
  const auto first = send(ana, "1").appended.id;
  send(ana, "2");
  good(react(service, ana, {first, "👍", true}));
  const auto page = good(chat::sync_room(service, ana, {.room = "general", .last_seq = chat::Seq{1}}));
  ASSERT_EQ(page.changes.size(), 2U);
  EXPECT_EQ(page.changes[0].text, "2");
  EXPECT_EQ(page.changes[1].id, first);
  EXPECT_EQ(page.seq.value, 3);
  EXPECT_EQ(good(chat::sync_room(service, ana, {.last_seq = chat::Seq{-7}})).changes.size(), 2U);
  EXPECT_EQ(refusal(chat::sync_room(service, guest(), {.room = "general"})), "NOT_IN_ROOM");
}

TEST_F(Messages, TheReadMarkMovesForwardAndIsTold) {
  const auto amelie = account("amelie");
  const auto session = device(amelie);
  const auto room = join(session, "general").room.id;
  for (int i = 0; i < 3; ++i) send(session, "hello");
  delivery.take();
  EXPECT_EQ(good(chat::mark_read(service, session, {.seq = chat::Seq{2}})).value, 2);
  EXPECT_EQ(good(chat::mark_read(service, session, {.seq = chat::Seq{1}})).value, 2);
  EXPECT_EQ(good(chat::mark_read(service, session, {.room = "general", .seq = chat::Seq{1'000}})).value, 3);
  const auto receipts = delivery.of<chat::ReadReceipt>();
  ASSERT_EQ(receipts.size(), 2U);
  EXPECT_EQ(receipts[0].first.to, "room:general");
  EXPECT_EQ(receipts[0].first.except, session->socket_id);
  EXPECT_EQ(receipts[0].second.user, "amelie");
  EXPECT_EQ(receipts[1].second.seq.value, 3);
  EXPECT_EQ(good(storage->rooms().membership(room, amelie.id))->read_seq.value, 3);
  EXPECT_EQ(refusal(chat::mark_read(service, session, {.seq = chat::Seq{-1}})), "INVALID_PAYLOAD seq");
  EXPECT_EQ(refusal(chat::mark_read(service, session, {.room = "other", .seq = chat::Seq{1}})), "NOT_IN_ROOM");
}

TEST_F(Messages, AGuestsReadMarkIsToldAndNotStored) {
  const auto ana = guest_in("general", "ana");
  send(ana, "hello");
  delivery.take();
  EXPECT_EQ(good(chat::mark_read(service, ana, {.seq = chat::Seq{1}})).value, 1);
  EXPECT_EQ(delivery.of<chat::ReadReceipt>().size(), 1U);
}

TEST_F(Messages, EveryActionHasALimit) {
  settings.message_rate = {1, util::Millis{10'000}};
  const auto ana = guest_in("general", "ana");
  const auto id = send(ana, "hello").appended.id;
  std::string last;
  for (int i = 0; i < 40 && last != "RATE_LIMITED"; ++i) last = refusal(react(service, ana, {id, "👍", i % 2 == 0}));
  EXPECT_EQ(last, "RATE_LIMITED");
  EXPECT_EQ(refusal(chat::load_history(service, ana, {})), "RATE_LIMITED");
  EXPECT_EQ(refusal(chat::sync_room(service, ana, {})), "RATE_LIMITED");
  EXPECT_EQ(join_refusal(ana, "other", "ana"), "RATE_LIMITED");
  clock.advance(util::Millis{10'000});
  good(chat::load_history(service, ana, {}));
}

TEST_F(Messages, AStoppedLogSaysUnavailable) {
  const auto ana = guest_in("general", "ana");
  storage->log().stop();
  EXPECT_EQ(send_refusal(ana, "hello", "t1"), "UNAVAILABLE");
}

TEST_F(Messages, WhoIsNamedAndAMemberIsTold) {
  const auto amelie = account("amelie");
  account("björn");  // no member
  join(device(amelie), "general");
  const auto ana = guest_in("general", "ana");
  const auto sent = send(ana, "hi @Amelie, and @björn: mail me@amelie.example");
  executor.run_until([&] { return !delivery.of<chat::Mention>().empty(); });
  chat::Message twice{.id = sent.appended.id, .room = "general", .author_key = "g:ana", .text = "@amelie @amelie."};
  wait(chat::notify_mentions(service, twice));
  const auto mentions = delivery.of<chat::Mention>();
  ASSERT_EQ(mentions.size(), 2U);
  EXPECT_EQ(mentions[0].first.to, "person:u:" + std::to_string(amelie.id.value));
  EXPECT_EQ(mentions[0].second.message.id, sent.appended.id);
  EXPECT_EQ(mentions[0].second.message.user, "ana");
}

TEST_F(Messages, NobodyIsToldOfWhatTheyWroteThemselves) {
  const auto amelie = account("amelie");
  const auto session = device(amelie);
  join(session, "general");
  chat::Message own{.id = {session->rooms[0].id, chat::Seq{1}},
                    .room = "general",
                    .author_key = identity(amelie).author_key(),
                    .text = "I am @amelie"};
  wait(chat::notify_mentions(service, own));
  EXPECT_TRUE(delivery.of<chat::Mention>().empty());
}

TEST(Mentions, AreReadFromTheText) {
  using Names = std::vector<std::vector<std::string>>;
  EXPECT_EQ(chat::mention_candidates("hi @Ana, (@ben) and ana@example.org"), (Names{{"ana", "ana,"}, {"ben", "ben)"}}));
  EXPECT_EQ(chat::mention_candidates("@ @\n@@x"), (Names{{"x"}}));
  EXPECT_EQ(chat::mention_candidates("@a @b @c @d @e @f @g").size(), chat::kMaxMentions);
  EXPECT_TRUE(chat::mention_candidates("").empty());
  EXPECT_TRUE(chat::mention_candidates("@" + std::string(10'000, '.')).size() <= 1U);
}

}  // namespace
}  // namespace chillin::test
