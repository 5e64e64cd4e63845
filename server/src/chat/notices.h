#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace chillin::chat {

// What `admin` says, in the words of the earlier version.

/// "ana, welcome to room general."
[[nodiscard]] std::string welcome_notice(std::string_view name, std::string_view room);
/// "ana has joined!", "ana and ben have joined!", "ana, ben and 12 others have joined!"; `first`: the first one or two
/// of `total` names.
[[nodiscard]] std::string joined_notice(std::span<const std::string_view> first, std::size_t total);
/// "ana has left.", and so on.
[[nodiscard]] std::string left_notice(std::span<const std::string_view> first, std::size_t total);

}  // namespace chillin::chat
