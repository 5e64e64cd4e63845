#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "util/metrics.h"

namespace chillin::storage {

// What both storages count alike, for docs/metrics.md. Thread-safe.

/// A transaction of so many writes that `began` (metrics::now()) was answered, committed or not.
void count_transaction(util::metrics::Time began, std::size_t writes) noexcept;

enum class ReadPool : std::uint8_t { kRead, kReplica };
/// A read's turn came.
void count_wait(ReadPool pool, util::metrics::Time since) noexcept;

/// "select_messages": the verb of a statement and the table it is about; "other" for what is none of ours.
[[nodiscard]] std::string statement_name(std::string_view sql);

/// Where the time of the statement goes. `sql` is a constant of the program: its address is remembered.
[[nodiscard]] util::metrics::Series statement_series(const char* sql);
/// The same for a text that was made at run time.
[[nodiscard]] util::metrics::Series statement_series_of(std::string_view sql);

}  // namespace chillin::storage
