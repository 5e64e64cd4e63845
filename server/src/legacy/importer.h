#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "chat/ports/room_log.h"
#include "chat/ports/stores.h"
#include "legacy/report.h"
#include "util/task.h"

namespace chillin::legacy {

/// Where to.
struct Stores {
  chat::AccountStore& accounts;
  chat::RoomStore& rooms;
  chat::RoomLog& log;
};

struct ImportOptions {
  std::string folder;                    ///< holds users.json, rooms.json and messages.json
  std::size_t max_message_length = 500;  ///< code points; longer messages are rejected
  bool dry_run = false;                  ///< reads the files and the storage, and writes nothing
};

struct ImportResult {
  std::optional<std::string>
      failure;  ///< why it ended early: what the report counts as imported is there; run it again
  Report report;
};

/// Reads all three files to their ends: what makes them unusable, one line each; empty: nothing does.
[[nodiscard]] std::vector<std::string> check_files(const std::string& folder);

/// Imports the files, which check_files() has found to be usable. Nothing that is there already is changed. `stores`
/// null: a storage that holds nothing yet, for a dry run.
[[nodiscard]] util::Task<ImportResult> import_files(Stores* stores, ImportOptions options);

}  // namespace chillin::legacy
