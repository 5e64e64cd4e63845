#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "chat/service.h"
#include "chat/types.h"
#include "util/task.h"

namespace chillin::chat {

inline constexpr std::size_t kMaxMentions = 5;

/// What follows an "@" up to white space, normalised as a name is, with and without the punctuation at its end; at most
/// kMaxMentions places are looked at. "hi @ana, @ben." -> {"ana,", "ana"}, {"ben.", "ben"}.
[[nodiscard]] std::vector<std::vector<std::string>> mention_candidates(std::string_view text);

/// Pushes `mention` to every account that the message names and that is a member of its room (in it or not), the author
/// excepted. Guests are not told: their names are nobody's.
[[nodiscard]] util::Task<void> notify_mentions(Service& service, Message message);

}  // namespace chillin::chat
