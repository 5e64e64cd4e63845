#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "legacy/importer.h"

namespace chillin::legacy {

/// A room of the earlier version.
struct OldRoom {
  std::string name;
  bool recorded = false;                                       ///< stands in rooms.json
  bool looked_up = false;                                      ///< the rest is known
  bool refused = false;                                        ///< its messages are rejected
  std::optional<chat::RoomId> id;                              ///< nullopt: refused, or a dry run that would make it
  util::WallMillis created_at;                                 ///< if recorded
  std::optional<util::WallMillis> last_time;                   ///< of the message before
  std::unordered_map<std::string, std::uint32_t> repetitions;  ///< of messages with the same content
  bool read_there = false;
  std::unordered_set<std::string> there;  ///< dry run: the tempIds of the room's messages
};

/// What the three steps of an import share. Confined to: the executor of the import.
struct ImportContext {
  Stores* stores = nullptr;
  ImportOptions options;
  Report report;
  std::optional<std::string> failure;

  /// The accounts of users.json that are in the storage now; nullopt: a dry run that would make it. Nobody else writes
  /// under these names.
  std::unordered_map<std::string, std::optional<chat::AccountId>> accounts;
  std::unordered_map<std::string, OldRoom> rooms;  ///< by name

  void reject(TableCount& table, Place place, std::string reason) {
    ++table.rejected;
    report.rejected.push_back({std::move(place), std::move(reason)});
  }
  void note(const Place& place, std::string sentence) { report.notes.push_back({place, std::move(sentence)}); }
  void note(const Place& place, std::vector<std::string>& sentences) {
    for (std::string& sentence : sentences) note(place, std::move(sentence));
  }
  /// The storage has refused to work: nothing more is begun.
  void fail(const chat::Error& error) {
    if (!failure) {
      failure = "the storage failed (" + std::string(chat::code_name(error.code)) + ": " + error.message +
                "); what is imported is kept, run the import again to go on";
    }
  }
  void fail(const util::Error& error) {
    if (!failure) failure = error.detail;
  }
  /// As whom a name of the earlier version acts: its account, or a guest.
  [[nodiscard]] chat::Identity identity(const std::string& name) const {
    const auto found = accounts.find(name);
    return {found == accounts.end() ? std::nullopt : found->second, name};
  }
};

// The steps, in this order. Each reads its file to the end, or until context.failure is set.
[[nodiscard]] util::Task<void> import_users(ImportContext& context);
[[nodiscard]] util::Task<void> import_rooms(ImportContext& context);
[[nodiscard]] util::Task<void> import_messages(ImportContext& context);

/// Opens a file of the import and reads record after record; sets context.failure where that fails.
class ImportFile {
 public:
  ImportFile(ImportContext& context, const char* file, JsonRecords::Shape shape);
  /// nullopt: the end, or a failure.
  [[nodiscard]] std::optional<Record> next();

 private:
  ImportContext& context_;
  std::optional<JsonRecords> records_;
};

}  // namespace chillin::legacy
