#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace chillin::redis {

/// A Lua script: several steps that Redis does as one. Called by its SHA-1; Client::prepare sends the text once per
/// connection. Make it a constant: its address identifies it.
struct Script {
  /// `name`: in snake_case, for metrics.
  explicit Script(std::string_view lua, std::string_view name = "unnamed");
  std::string text;
  std::string sha;   ///< 40 hexadecimal digits
  std::string name;  ///< for metrics
};

/// The keys and arguments of one call, already in wire form.
class ScriptCall {
 public:
  ScriptCall& key(std::string_view key);
  ScriptCall& arg(std::string_view argument);
  ScriptCall& arg(std::int64_t number) { return arg(std::to_string(number)); }

  /// EVALSHA, or EVAL with the text for a server that does not know the script (any more).
  [[nodiscard]] std::string wire(const Script& script, bool with_text) const;

 private:
  std::string keys_;
  std::string arguments_;
  std::size_t key_count_ = 0;
  std::size_t argument_count_ = 0;
};

}  // namespace chillin::redis
