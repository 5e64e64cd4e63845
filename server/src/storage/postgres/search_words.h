#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace chillin::storage::postgres {

/// The words of a text: runs of letters and digits of any script, without case and diacritics, each once and cut at 100
/// bytes. Invalid UTF-8 has none.
[[nodiscard]] std::vector<std::string> words_of(std::string_view text);

/// A word as the index has it: under its room.
[[nodiscard]] std::string indexed_word(std::int64_t room, std::string_view word);

/// A tsquery that wants every word of the text in that room; of each word as it was typed (between spaces) the last
/// part at least by its beginning. Empty where the text has no words.
[[nodiscard]] std::string search_expression(std::int64_t room, std::string_view text);

}  // namespace chillin::storage::postgres
