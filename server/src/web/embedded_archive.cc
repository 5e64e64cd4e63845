#include "web/embedded_archive.h"

#include <cstddef>

// Defined in embedded_archive.S.
extern "C" {
extern const char chillin_client_archive_begin[];
extern const char chillin_client_archive_end[];
}

namespace chillin::web {

std::string_view embedded_archive() noexcept {
  return {chillin_client_archive_begin,
          static_cast<std::size_t>(chillin_client_archive_end - chillin_client_archive_begin)};
}

}  // namespace chillin::web
