#pragma once

#include <cstddef>

namespace chillin::app {

struct FileLimit {
  std::size_t open_files = 0;  ///< the limit now in force
  std::size_t connections =
      0;  ///< how many of them may be connections; the rest is kept for database, logs and listeners
};

/// Raises this process's limit on open files as far as it may (soft to hard limit; root also raises the hard one, to at
/// most 1,048,576). Never fails: what cannot be raised stays.
[[nodiscard]] FileLimit raise_file_limit();

}  // namespace chillin::app
