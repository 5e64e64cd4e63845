#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "legacy/json_records.h"

namespace chillin::legacy {

/// A table's records: read = imported + already there + rejected.
struct TableCount {
  std::uint64_t read = 0;
  std::uint64_t imported = 0;  ///< in a dry run: would be imported
  std::uint64_t already_there = 0;
  std::uint64_t rejected = 0;
};

/// A sentence about one record.
struct Remark {
  Place place;
  std::string sentence;
};

/// What an import came to.
struct Report {
  TableCount users;
  TableCount rooms;
  TableCount rooms_of_messages;  ///< rooms that only messages.json knows; read: those of which a message could be kept
  TableCount messages;
  std::vector<Remark> rejected;  ///< every rejected record
  std::vector<Remark> notes;     ///< imported, but not just as it was written

  /// A table, then every remark on a line of its own, in the order of the files. Ends with a line feed.
  [[nodiscard]] std::string text(bool dry_run) const;
};

}  // namespace chillin::legacy
