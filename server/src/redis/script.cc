#include "redis/script.h"

#include "redis/command.h"
#include "util/crypto.h"
#include "util/text.h"

namespace chillin::redis {

Script::Script(std::string_view lua, std::string_view its_name)
    : text(lua), sha(util::hex_encode(util::sha1(lua))), name(its_name) {}

ScriptCall& ScriptCall::key(std::string_view key) {
  Command::append(keys_, key);
  ++key_count_;
  return *this;
}

ScriptCall& ScriptCall::arg(std::string_view argument) {
  Command::append(arguments_, argument);
  ++argument_count_;
  return *this;
}

std::string ScriptCall::wire(const Script& script, bool with_text) const {
  std::string out = "*" + std::to_string(3 + key_count_ + argument_count_) + "\r\n";
  Command::append(out, with_text ? "EVAL" : "EVALSHA");
  Command::append(out, with_text ? script.text : script.sha);
  Command::append(out, std::to_string(key_count_));
  out += keys_;
  out += arguments_;
  return out;
}

}  // namespace chillin::redis
