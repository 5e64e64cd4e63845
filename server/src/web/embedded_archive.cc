#include "web/embedded_archive.h"

#include <cstddef>

// Defined in embedded_archive.S.
extern "C" {
extern const char kChillinClientArchiveBegin[];
extern const char kChillinClientArchiveEnd[];
}

namespace chillin::web {

std::string_view embedded_archive() noexcept {
  return {kChillinClientArchiveBegin, static_cast<std::size_t>(kChillinClientArchiveEnd - kChillinClientArchiveBegin)};
}

}  // namespace chillin::web
