#include "web/negotiation.h"

#include <algorithm>
#include <cstddef>
#include <optional>

namespace chillin::web {

namespace {

std::string_view trimmed(std::string_view text) noexcept {
  const auto begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

/// Takes what stands before the next `separator` off the front of `text`.
std::string_view take_until(std::string_view& text, char separator) noexcept {
  const auto end = text.find(separator);
  const auto piece = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  return trimmed(piece);
}

bool equals_ignoring_case(std::string_view a, std::string_view lower) noexcept {
  return std::equal(a.begin(), a.end(), lower.begin(), lower.end(),
                    [](char x, char y) { return (x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x) == y; });
}

/// "0.8" -> 800. What is no weight counts as none given: 1000.
int weight_of(std::string_view text) noexcept {
  if (text.empty() || text.size() > 5 || (text[0] != '0' && text[0] != '1')) return 1000;
  int weight = (text[0] - '0') * 1000;
  if (text.size() > 1 && text[1] != '.') return 1000;
  int place = 100;
  for (const char c : text.substr(std::min<std::size_t>(2, text.size()))) {
    if (c < '0' || c > '9') return 1000;
    weight += (c - '0') * place;
    place /= 10;
  }
  return std::min(weight, 1000);
}

int weight_of_parameters(std::string_view parameters) noexcept {
  while (!parameters.empty()) {
    auto value = take_until(parameters, ';');
    const auto name = take_until(value, '=');
    if (equals_ignoring_case(name, "q")) return weight_of(trimmed(value));
  }
  return 1000;
}

}  // namespace

Coding choose_coding(std::string_view accept_encoding, bool has_gzip, bool has_brotli) noexcept {
  // In thousandths, as the header says; nullopt where it says nothing.
  std::optional<int> identity;
  std::optional<int> gzip;
  std::optional<int> brotli;
  std::optional<int> others;
  while (!accept_encoding.empty()) {
    auto parameters = take_until(accept_encoding, ',');
    const auto name = take_until(parameters, ';');
    const int weight = weight_of_parameters(parameters);
    if (equals_ignoring_case(name, "br")) brotli = weight;
    if (equals_ignoring_case(name, "gzip") || equals_ignoring_case(name, "x-gzip")) gzip = weight;
    if (equals_ignoring_case(name, "identity")) identity = weight;
    if (name == "*") others = weight;
  }
  const int unnamed = others.value_or(0);
  struct Candidate {
    Coding coding;
    bool at_hand;
    int weight;
  };
  // From the least to the best: a later one of the same weight wins. Identity is last resort even where it is refused.
  Candidate best{Coding::kIdentity, true, identity.value_or(unnamed)};
  for (const auto& candidate : {Candidate{Coding::kGzip, has_gzip, gzip.value_or(unnamed)},
                                Candidate{Coding::kBrotli, has_brotli, brotli.value_or(unnamed)}}) {
    if (candidate.at_hand && candidate.weight > 0 && candidate.weight >= best.weight) best = candidate;
  }
  return best.coding;
}

bool etag_matches(std::string_view if_none_match, std::string_view etag) noexcept {
  if_none_match = trimmed(if_none_match);
  if (if_none_match == "*") return true;
  // Our tags hold no comma, so a split at commas finds them even if a foreign tag holds one.
  while (!if_none_match.empty()) {
    auto tag = take_until(if_none_match, ',');
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag) return true;
  }
  return false;
}

}  // namespace chillin::web
