#include "engineio/farewells.h"

namespace chillin::engineio {

void Farewells::remember(std::string_view sid, Form form, util::SteadyTime now) {
  Entry& entry = entries_[next_];
  next_ = (next_ + 1) % kCapacity;
  entry.sid = sid;
  entry.form = form;
  entry.until = now + kGrace;
}

std::optional<Farewells::Form> Farewells::take(std::string_view sid, util::SteadyTime now) {
  for (Entry& entry : entries_) {
    if (entry.sid != sid || sid.empty()) continue;
    entry.sid.clear();
    return now < entry.until ? std::optional(entry.form) : std::nullopt;
  }
  return std::nullopt;
}

}  // namespace chillin::engineio
