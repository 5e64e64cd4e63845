#include "chat/mentions.h"

#include <algorithm>
#include <cstddef>
#include <utility>

#include "util/text.h"

namespace chillin::chat {

namespace {
constexpr std::string_view kEndOfSentence = ".,:;!?)]}'\"";
constexpr std::size_t kMaxNameBytes = 20 * 4;
}  // namespace

std::vector<std::vector<std::string>> mention_candidates(std::string_view text) {
  std::vector<std::vector<std::string>> mentions;
  for (std::size_t at = text.find('@'); at != std::string_view::npos && mentions.size() < kMaxMentions;
       at = text.find('@', at + 1)) {
    const char before = at > 0 ? text[at - 1] : ' ';
    const bool inside_word = (before >= 'a' && before <= 'z') || (before >= 'A' && before <= 'Z') ||
                             (before >= '0' && before <= '9') || before == '.' || before == '_' || before == '-';
    if (inside_word) continue;  // an address, "ana@example.org"
    auto word = text.substr(at + 1, kMaxNameBytes + kEndOfSentence.size());
    word = word.substr(0, word.find_first_of(" \n\t@"));
    auto name = util::normalize_name(word);
    if (!name || name->empty()) continue;
    std::vector<std::string> candidates;
    const auto end = name->find_last_not_of(kEndOfSentence);
    if (end != std::string::npos && end + 1 < name->size()) candidates.push_back(name->substr(0, end + 1));
    candidates.push_back(*std::move(name));
    mentions.push_back(std::move(candidates));
  }
  return mentions;
}

util::Task<void> notify_mentions(Service& service, Message message) {
  std::vector<AccountId> told;
  const auto mentions = mention_candidates(message.text);
  for (const auto& candidates : mentions) {
    for (const std::string& name : candidates) {
      auto account = co_await service.accounts.find_by_name(name);
      if (!account) co_return;  // the database is away; nobody waits for this
      if (!account->has_value()) continue;
      const AccountId id = (*account)->id;
      const std::string key = Identity{id, name}.author_key();
      if (key == message.author_key || std::find(told.begin(), told.end(), id) != told.end()) break;
      auto membership = co_await service.rooms.membership(message.id.room, id);
      if (!membership) co_return;
      if (!membership->has_value() || (*membership)->banned) break;
      told.push_back(id);
      service.delivery.to_person(key, Mention{message});
      break;
    }
  }
}

}  // namespace chillin::chat
