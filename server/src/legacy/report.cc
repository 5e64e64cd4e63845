#include "legacy/report.h"

#include <algorithm>
#include <cstdio>
#include <tuple>

namespace chillin::legacy {

namespace {

void append_row(std::string& out, const char* name, const TableCount& count) {
  char line[160];
  std::snprintf(line, sizeof line, "%-23s %9llu %9llu %14llu %9llu\n", name,
                static_cast<unsigned long long>(count.read), static_cast<unsigned long long>(count.imported),
                static_cast<unsigned long long>(count.already_there), static_cast<unsigned long long>(count.rejected));
  out += line;
}

int rank(const std::string& file) {
  if (file == "users.json") return 0;
  return file == "rooms.json" ? 1 : 2;
}

void append_remarks(std::string& out, std::string_view title, std::vector<Remark> remarks) {
  if (remarks.empty()) return;
  const auto order = [](const Remark& r) {
    return std::tuple(rank(r.place.file), r.place.line, r.place.index, std::string_view(r.sentence));
  };
  std::sort(remarks.begin(), remarks.end(), [&](const Remark& a, const Remark& b) { return order(a) < order(b); });
  out.append("\n").append(title).append("\n");
  for (const Remark& remark : remarks)
    out.append(remark.place.text()).append(": ").append(remark.sentence).append("\n");
}

}  // namespace

std::string Report::text(bool dry_run) const {
  char head[160];
  std::snprintf(head, sizeof head, "%-23s %9s %9s %14s %9s\n", "table", "read", dry_run ? "to import" : "imported",
                "already there", "rejected");
  std::string out = head;
  append_row(out, "users", users);
  append_row(out, "rooms", rooms);
  append_row(out, "rooms without a record", rooms_of_messages);
  append_row(out, "messages", messages);
  append_remarks(out, "Rejected:", rejected);
  append_remarks(out, "Not just as it was written:", notes);
  return out;
}

}  // namespace chillin::legacy
