// The import of the earlier version, on every storage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract/storage_under_test.h"
#include "legacy/importer.h"
#include "support/legacy_folder.h"

namespace chillin::contract {
namespace {

using legacy::check_files;
using legacy::ImportResult;

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr const char* kHash = R"("password":"65e84be33532fb784c48129675f9eff3a682b27168c0ea744b2cf58ee02337c5")";

/// A log that fails at the append after `left`.
class FailingLog final : public chat::RoomLog {
 public:
  FailingLog(chat::RoomLog& log, int left) : log_(log), left_(left) {}
  util::Task<chat::Result<chat::Appended>> append(chat::NewMessage message) override {
    if (left_-- <= 0) co_return chat::refuse(chat::ErrorCode::kUnavailable);
    co_return co_await log_.append(std::move(message));
  }
  util::Task<chat::Result<chat::Changed>> change(chat::NewChange change) override {
    return log_.change(std::move(change));
  }
  util::Task<chat::Result<chat::SyncPage>> sync(chat::RoomId room, chat::Seq last, std::size_t limit) override {
    return log_.sync(room, last, limit);
  }
  util::Task<chat::Result<chat::HistoryPage>> history(chat::RoomId room, std::optional<chat::Seq> before,
                                                      std::size_t limit) override {
    return log_.history(room, before, limit);
  }
  util::Task<chat::Result<chat::Message>> find(chat::MessageId id) override { return log_.find(id); }
  util::Task<chat::Result<std::vector<chat::Message>>> search(chat::SearchQuery query) override {
    return log_.search(std::move(query));
  }
  void set_listener(chat::RoomLogListener* listener) override { log_.set_listener(listener); }
  void stop() override { log_.stop(); }

 private:
  chat::RoomLog& log_;
  int left_;
};

class Import : public StorageTest {
 protected:
  ImportResult import(bool dry_run = false) { return import(log(), dry_run); }
  ImportResult import(chat::RoomLog& to, bool dry_run = false) {
    legacy::Stores stores{accounts(), rooms(), to};
    return wait(legacy::import_files(&stores, {folder_.path, 500, dry_run}));
  }
  /// "author: text (time)" of every message of a room.
  std::vector<std::string> messages(const std::string& room) {
    const auto found = ok(rooms().find(room));
    if (!found) return {"(no such room)"};
    std::vector<std::string> out;
    for (const auto& m : ok(log().history(found->id, std::nullopt, 500)).messages) {
      out.push_back(m.author_key.substr(0, 2) + m.user + ": " + m.text + " " +
                    util::iso8601(m.timestamp).substr(0, 19));
    }
    return out;
  }
  static std::vector<std::string> rejected(const legacy::Report& report) {
    std::vector<std::string> out;
    for (const auto& r : report.rejected) out.push_back(r.place.text() + ": " + r.sentence);
    return out;
  }

  test::LegacyFolder folder_;
};

INSTANTIATE_TEST_SUITE_P(Storage, Import, testing::ValuesIn(storage_kinds()), kind_name);

std::string user(const std::string& name, int day = 1) {
  return "\"" + name + "\":{" + kHash + ",\"createdAt\":\"2024-01-0" + std::to_string(day) + "T00:00:00Z\"}";
}
std::string line(const std::string& name, const std::string& text, const std::string& time = "2024-02-01T00:00:00Z") {
  return R"({"user":")" + name + R"(","text":")" + text + R"(","timestamp":")" + time + "\"}";
}

TEST_P(Import, AuthorsAreTheirAccountsAndEverybodyElseIsAGuest) {
  folder_.write("users.json", "{" + user("ada") + "}");
  folder_.write("rooms.json", R"({"tea":{"creator":"ada","createdAt":1},"milk":{"creator":"bob","createdAt":1}})");
  folder_.write("messages.json", "{\"tea\":[" + line("Ada", "one") + "," + line("bob", "two") + "]}");
  const auto result = import();
  EXPECT_FALSE(result.failure);
  EXPECT_THAT(messages("tea"), ElementsAre("u:ada: one 2024-02-01T00:00:00", "g:bob: two 2024-02-01T00:00:00"));
  const auto ada = *ok(accounts().find_by_name("ada"));
  EXPECT_EQ(ok(rooms().membership(ok(rooms().find("tea"))->id, ada.id))->role, chat::Role::kOwner);
  EXPECT_EQ(ok(rooms().find("milk"))->creator, "bob");
}

TEST_P(Import, ASecondImportChangesNothingAndADryRunSaysSo) {
  folder_.write("users.json", "{" + user("ada") + "," + user("bob") + "}");
  folder_.write("rooms.json", R"({"tea":{"creator":"ada"}})");
  folder_.write("messages.json", "{\"tea\":[" + line("ada", "same") + "," + line("ada", "same") + "],\"x\":[" +
                                     line("eve", "found") + "]}");
  const auto planned = import(true);
  EXPECT_EQ(planned.report.messages.imported, 3U);
  EXPECT_FALSE(ok(rooms().find("tea"))) << "a dry run writes nothing";
  EXPECT_EQ(import().report.text(true), planned.report.text(true));
  EXPECT_THAT(messages("tea").size(), 2U) << "what was said twice is kept twice";

  for (const bool dry_run : {false, true}) {
    const auto again = import(dry_run).report;
    EXPECT_EQ(again.users.already_there, 2U);
    EXPECT_EQ(again.rooms.already_there, 1U);
    EXPECT_EQ(again.rooms_of_messages.already_there, 1U);
    EXPECT_EQ(again.messages.already_there, 3U);
    EXPECT_EQ(again.users.imported + again.rooms.imported + again.rooms_of_messages.imported + again.messages.imported,
              0U);
  }
  EXPECT_THAT(messages("tea").size(), 2U);
}

TEST_P(Import, ANewerCopyOfTheFilesAddsWhatIsNewInIt) {
  folder_.write("messages.json", "{\"tea\":[" + line("ada", "1") + "," + line("ada", "2") + "]}");
  (void)import();
  folder_.write("messages.json", "{\"tea\":[" + line("ada", "2") + "," + line("ada", "3") + "]}");
  const auto result = import();
  EXPECT_EQ(result.report.messages.imported, 1U);
  EXPECT_EQ(result.report.messages.already_there, 1U);
  EXPECT_EQ(messages("tea").size(), 3U);
}

TEST_P(Import, WhateverAppendFailsTheNextImportGoesOnWhereItEnded) {
  std::string list;
  for (int i = 0; i < 12; ++i) list += (i > 0 ? "," : "") + line("ada", std::to_string(i));
  folder_.write("messages.json", "{\"a\":[" + list + "],\"b\":[" + list + "]}");
  for (int before = 0; before < 24; before += 5) {
    FailingLog failing(log(), before == 0 ? 0 : 5);
    const auto result = import(failing);
    EXPECT_THAT(result.failure.value_or("none"), HasSubstr("UNAVAILABLE"));
    EXPECT_LE(result.report.messages.imported, 5U);
    if (before == 20) EXPECT_FALSE(import().failure);
  }
  for (const char* room : {"a", "b"}) {
    const auto all = messages(room);
    ASSERT_EQ(all.size(), 12U) << room;
    for (int i = 0; i < 12; ++i)
      EXPECT_THAT(all[static_cast<std::size_t>(i)], HasSubstr(": " + std::to_string(i) + " "));
  }
}

TEST_P(Import, AMessageWithoutATimeStandsBetweenItsNeighbours) {
  folder_.write("messages.json", R"({"tea":[{"user":"a","text":"1"},)" + line("a", "2", "2024-02-01T00:00:00Z") +
                                     R"(,{"user":"a","text":"3","timestamp":"?"},)" +
                                     line("a", "4", "2024-02-02T00:00:00Z") + "]}");
  EXPECT_EQ(import().report.notes.size(), 3U);  // two times, and the room
  EXPECT_THAT(messages("tea"), ElementsAre("g:a: 1 2024-02-01T00:00:00", "g:a: 2 2024-02-01T00:00:00",
                                           "g:a: 3 2024-02-01T00:00:00", "g:a: 4 2024-02-02T00:00:00"));
}

TEST_P(Import, TheOrderOfTheFileIsKeptWhateverTheTimesSay) {
  folder_.write("messages.json", "{\"tea\":[" + line("a", "late", "2024-03-01T00:00:00Z") + "," +
                                     line("a", "early", "2024-01-01T00:00:00Z") + "]}");
  (void)import();
  EXPECT_THAT(messages("tea"), ElementsAre("g:a: late 2024-03-01T00:00:00", "g:a: early 2024-01-01T00:00:00"));
}

TEST_P(Import, AnAccountThatSomebodyElseMadeIsNotTakenForTheOldOne) {
  chat::NewAccount other{.username = "ada", .password_hash = "another", .created_at = {99}};
  (void)ok(accounts().create(std::move(other)));
  folder_.write("users.json", "{" + user("ada") + "}");
  folder_.write("rooms.json", R"({"tea":{"creator":"ada"}})");
  folder_.write("messages.json", "{\"tea\":[" + line("ada", "mine") + "]}");
  const auto result = import();
  EXPECT_THAT(
      rejected(result.report),
      ElementsAre("users.json, line 1, \"ada\": another account has that name here (made 1970-01-01T00:00:00.099Z)"));
  EXPECT_EQ(ok(accounts().find_by_name("ada"))->password_hash, "another");
  EXPECT_THAT(messages("tea"), ElementsAre("g:ada: mine 2024-02-01T00:00:00"));
  EXPECT_EQ(ok(rooms().find("tea"))->member_count, 0) << "nor its owner";
}

TEST_P(Import, MessagesOfARoomThatIsNotTheirsAreNotMixedIntoIt) {
  for (const char* name : {"secret", "open"}) {
    chat::NewRoom room{
        .name = name, .description = {}, .creator = {std::nullopt, "eve"}, .password_hash = {}, .created_at = {5}};
    const auto made = ok(rooms().create(std::move(room)));
    chat::NewMessage said{
        .room = made.id, .room_name = name, .author = {std::nullopt, "eve"}, .text = "here", .timestamp = {7}};
    (void)ok(log().append(std::move(said)));
  }
  folder_.write("rooms.json", std::string(R"({"secret":{"isPrivate":true,)") + kHash + "}}");
  folder_.write("messages.json",
                "{\"secret\":[" + line("ada", "for members") + "],\"open\":[" + line("ada", "1") + "]}");
  for (const bool dry_run : {true, false}) {
    const auto report = import(dry_run).report;
    EXPECT_THAT(
        rejected(report),
        ElementsAre("rooms.json, line 1, \"secret\": another room has that name here (made 1970-01-01T00:00:00.005Z)",
                    "messages.json, line 1, \"secret\"[0]: its room is rejected",
                    "messages.json, line 1, \"open\"[0]: another room has that name here, with messages of its own",
                    "messages.json, line 1, \"open\"[0]: its room is rejected"));
    EXPECT_EQ(report.rooms_of_messages.rejected, 1U);
  }
  EXPECT_EQ(messages("secret").size(), 1U);
  EXPECT_EQ(messages("open").size(), 1U);
}

TEST_P(Import, MessagesOfARejectedRoomDoNotMakeItPublic) {
  folder_.write("rooms.json", R"({"secret":{"isPrivate":true,"password":"plain"},"Key":{"name":"own","isPrivate":1}})");
  folder_.write("messages.json", "{\"Secret\":[" + line("ada", "x") + "],\"key\":[" + line("ada", "x") + "],\"own\":[" +
                                     line("ada", "x") + "]}");
  const auto result = import();
  EXPECT_EQ(result.report.rooms.rejected, 2U);
  EXPECT_EQ(result.report.messages.rejected, 3U);
  EXPECT_THAT(ok(rooms().list()), IsEmpty());
}

TEST_P(Import, NamesThatStandTwiceAreRejectedTheSecondTime) {
  folder_.write("users.json", "{" + user("ada", 1) + ",\n" + user("ada", 2) + ",\n" + user("Ada", 3) + "}");
  folder_.write("rooms.json", "{\"tea\":{},\n\"TEA\":{}}");
  EXPECT_THAT(rejected(import().report),
              ElementsAre("users.json, line 2, \"ada\": the name stands in the file before",
                          "users.json, line 3, \"Ada\": the name stands in the file before",
                          "rooms.json, line 2, \"TEA\": the name stands in the file before"));
  EXPECT_EQ(util::iso8601(ok(accounts().find_by_name("ada"))->created_at), "2024-01-01T00:00:00.000Z");
}

TEST_P(Import, ARoomWhoseMessagesAreNoListIsRejectedAsOneRecord) {
  folder_.write("messages.json", R"({"tea":{"user":"ada"},"milk":[7]})");
  EXPECT_THAT(rejected(import().report),
              ElementsAre("messages.json, line 1, \"tea\": is an object, not a list of messages",
                          "messages.json, line 1, \"milk\"[0]: the record is a number, not an object"));
  EXPECT_THAT(ok(rooms().list()), IsEmpty());
}

TEST_P(Import, EveryFileThatIsBrokenIsNamed) {
  folder_.write("users.json", "{" + user("ada") + "}");
  folder_.write("rooms.json", "{\"tea\":{},\n\"milk\"");
  std::filesystem::remove(folder_.path + "/messages.json");
  EXPECT_THAT(check_files(folder_.path),
              ElementsAre(HasSubstr("rooms.json, line 2"), HasSubstr("messages.json cannot be read")));
}

TEST_P(Import, AFolderThatIsNotThereIsNamed) {
  EXPECT_THAT(check_files(folder_.path + "/none"), ElementsAre(folder_.path + "/none is not a folder"));
}

TEST_P(Import, AFileThatChangesMeanwhileEndsTheImportWithItsPlace) {
  folder_.write("messages.json", "{\"tea\":[" + line("ada", "1") + "},");
  EXPECT_THAT(import().failure.value_or("none"), HasSubstr("(the file has been changed)"));
}

}  // namespace
}  // namespace chillin::contract
