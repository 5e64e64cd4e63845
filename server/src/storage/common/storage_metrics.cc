#include "storage/common/storage_metrics.h"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

namespace chillin::storage {

namespace {

namespace metrics = util::metrics;

const metrics::Histogram kBatch("chillin_storage_batch_writes", "Writes in a transaction.", metrics::Scale::kCount);
const metrics::Histogram kCommit("chillin_storage_commit_duration_seconds",
                                 "A transaction from its beginning to the database's answer.",
                                 metrics::Scale::kSeconds);
const metrics::Histogram kWait("chillin_database_wait_seconds", "How long a read waited for its turn.",
                               metrics::Scale::kSeconds, metrics::labels("pool", {"read", "replica"}));
// Two verbs and more for each of the tables, of which one storage has about half.
const metrics::HistogramFamily kStatements("chillin_database_statement_duration_seconds",
                                           "A statement; in a pipeline from the answer before it to its own.",
                                           metrics::Scale::kSeconds, "statement", 64);

constexpr std::array<std::string_view, 4> kVerbs = {"insert", "update", "delete", "select"};
constexpr std::array<std::string_view, 16> kTables = {
    "entries",  "heartbeat", "memberships", "message_edits", "message_search",    "messages",
    "origin",   "progress",  "reactions",   "rooms",         "schema_migrations", "search_progress",
    "sessions", "uploads",   "users",       "writers"};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

std::vector<std::string> words_of(std::string_view sql) {
  std::vector<std::string> words;
  bool inside = false;
  for (const char c : sql) {
    const char lower = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    if (!is_word(lower)) {
      inside = false;
      continue;
    }
    if (!inside) words.emplace_back();
    inside = true;
    words.back() += lower;
  }
  return words;
}

}  // namespace

void count_transaction(metrics::Time began, std::size_t writes) noexcept {
  kCommit->since(began);
  kBatch->observe(static_cast<std::int64_t>(writes));
}

void count_wait(ReadPool pool, metrics::Time since) noexcept {
  kWait[static_cast<std::size_t>(pool)].since(since);
}

std::string statement_name(std::string_view sql) {
  const std::vector<std::string> words = words_of(sql);
  if (words.size() == 1 && (words[0] == "begin" || words[0] == "commit")) return words[0];
  if (words.size() == 2 && words[0] == "begin") return words[0];
  // What it writes is what it is about, wherever that stands: a WITH may begin with what it reads.
  auto verb = std::find_if(words.begin(), words.end(), [](const auto& w) {
    return std::find(kVerbs.begin(), kVerbs.end() - 1, w) != kVerbs.end() - 1;
  });
  // "... FOR UPDATE" and "... FOR NO KEY UPDATE" lock what they select.
  const bool locks = verb != words.end() && verb != words.begin() && *verb == "update" &&
                     (*(verb - 1) == "for" || *(verb - 1) == "key");
  if (verb == words.end() || locks) verb = std::find(words.begin(), words.end(), "select");
  if (verb == words.end()) return "other";
  // A read that joins messages with what belongs to them is one of messages, in whatever order they are named.
  const bool of_messages = *verb == "select" && std::find(verb, words.end(), "messages") != words.end();
  if (of_messages && !locks) return "select_messages";
  const auto table = std::find_if(
      verb, words.end(), [](const auto& w) { return std::find(kTables.begin(), kTables.end(), w) != kTables.end(); });
  if (table == words.end()) return "other";
  return (locks ? std::string("lock") : *verb) + "_" + *table;
}

metrics::Series statement_series(const char* sql) {
  static thread_local std::unordered_map<const char*, metrics::Series> known;
  const auto found = known.find(sql);
  if (found != known.end()) return found->second;
  return known.emplace(sql, statement_series_of(sql)).first->second;
}

metrics::Series statement_series_of(std::string_view sql) {
  return kStatements.of(statement_name(sql));
}

}  // namespace chillin::storage
