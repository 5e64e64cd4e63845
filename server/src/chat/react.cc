#include "chat/react.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include "chat/limits.h"
#include "chat/pipeline/membership.h"
#include "util/text.h"

namespace chillin::chat {

namespace {

constexpr std::size_t kMaxEmojiBytes = 32;

bool is_emoji_shaped(std::string_view emoji) {
  if (emoji.empty() || emoji.size() > kMaxEmojiBytes) return false;
  if (std::any_of(emoji.begin(), emoji.end(), [](char c) { return static_cast<unsigned char>(c) <= 0x20; }))
    return false;
  // The rest of white space and control characters: a name would lose or trim them.
  const auto normalized = util::normalize_text(emoji);
  if (!normalized || normalized->size() != emoji.size()) return false;
  static constexpr std::string_view kSpaces[] = {"\xC2\xA0", "\xE1\x9A\x80", "\xE3\x80\x80"};
  if (std::any_of(std::begin(kSpaces), std::end(kSpaces),
                  [&](auto space) { return emoji.find(space) != std::string_view::npos; })) {
    return false;
  }
  for (std::size_t i = 0; i + 2 < emoji.size(); ++i) {  // U+2000..200A, 2028, 2029, 202F, 205F
    if (emoji[i] != '\xE2') continue;
    const auto b = static_cast<unsigned char>(emoji[i + 1]);
    const auto c = static_cast<unsigned char>(emoji[i + 2]);
    if (b == 0x80 && (c <= 0x8A || c == 0xA8 || c == 0xA9 || c == 0xAF)) return false;
    if (b == 0x81 && c == 0x9F) return false;
  }
  return true;
}

}  // namespace

util::Task<Result<Changed>> react(Service& service, std::shared_ptr<Session> session, React command) {
  if (!is_emoji_shaped(command.emoji)) {
    co_return refuse(ErrorCode::kInvalidPayload, "That is no reaction.", "emoji");
  }
  auto joined = pipeline::room_of(*session, command.id.room);
  if (!joined) co_return std::move(joined).error();
  Identity who = (*joined)->who;
  auto within_rate = co_await within_action_rate(service, session->socket_id);
  if (!within_rate) co_return std::move(within_rate).error();

  NewChange change{.id = command.id,
                   .kind = ChangeKind::kReaction,
                   .actor = std::move(who),
                   .at = service.clock.wall(),
                   .emoji = std::move(command.emoji),
                   .on = command.on};
  co_return co_await service.log.change(std::move(change));
}

}  // namespace chillin::chat
