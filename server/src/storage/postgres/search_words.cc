#include "storage/postgres/search_words.h"

#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <utility>

namespace chillin::storage::postgres {

namespace {

constexpr std::size_t kLongestWord = 100;

bool in_word(utf8proc_int32_t code_point) {
  switch (utf8proc_category(code_point)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_ND:
    case UTF8PROC_CATEGORY_NL:
    case UTF8PROC_CATEGORY_NO:
      return true;
    default:
      return false;
  }
}

struct Free {
  void operator()(void* memory) const { std::free(memory); }
};

// In the order in which they stand, repeated ones too.
std::vector<std::string> all_words(std::string_view text) {
  std::vector<std::string> words;
  utf8proc_uint8_t* folded = nullptr;
  const auto size = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()), static_cast<utf8proc_ssize_t>(text.size()), &folded,
      static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE | UTF8PROC_COMPAT | UTF8PROC_STRIPMARK | UTF8PROC_CASEFOLD));
  const std::unique_ptr<utf8proc_uint8_t, Free> owner(folded);
  if (size < 0) return words;
  std::string word;
  const auto end_word = [&] {
    if (!word.empty()) words.push_back(std::exchange(word, {}));
  };
  for (utf8proc_ssize_t at = 0; at < size;) {
    utf8proc_int32_t code_point = 0;
    const auto length = utf8proc_iterate(folded + at, size - at, &code_point);
    if (length <= 0) break;
    if (!in_word(code_point)) {
      end_word();
    } else if (word.size() + static_cast<std::size_t>(length) <= kLongestWord) {
      word.append(reinterpret_cast<const char*>(folded + at), static_cast<std::size_t>(length));
    }
    at += length;
  }
  end_word();
  return words;
}

void unique(std::vector<std::string>& words) {
  std::sort(words.begin(), words.end());
  words.erase(std::unique(words.begin(), words.end()), words.end());
}

}  // namespace

std::vector<std::string> words_of(std::string_view text) {
  std::vector<std::string> words = all_words(text);
  unique(words);
  return words;
}

std::string indexed_word(std::int64_t room, std::string_view word) {
  return std::to_string(room).append(1, '/').append(word);
}

std::string search_expression(std::int64_t room, std::string_view text) {
  std::vector<std::string> terms;
  const auto add = [&](std::string_view typed) {
    std::vector<std::string> words = all_words(typed);
    for (std::size_t i = 0; i < words.size(); ++i) {
      // Letters and digits need no escape between the quotes.
      const bool last = i + 1 == words.size();
      terms.push_back("'" + indexed_word(room, words[i]) + (last ? "':*" : "'"));
    }
  };
  constexpr std::string_view kSpaces = " \t\n\r";
  for (std::size_t from = text.find_first_not_of(kSpaces); from != std::string_view::npos;) {
    const auto end = text.find_first_of(kSpaces, from);
    add(text.substr(from, end == std::string_view::npos ? end : end - from));
    from = end == std::string_view::npos ? end : text.find_first_not_of(kSpaces, end);
  }
  unique(terms);
  std::string out;
  for (const std::string& term : terms) out.append(out.empty() ? "" : " & ").append(term);
  return out;
}

}  // namespace chillin::storage::postgres
