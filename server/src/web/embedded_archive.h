#pragma once

#include <string_view>

namespace chillin::web {

/// The archive that was linked into this program (Archive::read): empty if the client was not built when the program
/// was. Lives as long as the program.
[[nodiscard]] std::string_view embedded_archive() noexcept;

}  // namespace chillin::web
