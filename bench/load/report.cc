#include "load/report.h"

#include <cmath>
#include <cstdio>

namespace chillin::bench {
namespace {

std::string number(double value) {
  char text[64];
  if (!std::isfinite(value)) return "null";
  std::snprintf(text, sizeof text, std::fabs(value) >= 1000 ? "%.0f" : "%.3f", value);
  return text;
}

struct AsText {
  bool quoted;
  std::string operator()(const std::string& value) const { return quoted ? '"' + value + '"' : value; }
  std::string operator()(double value) const { return number(value); }
  std::string operator()(uint64_t value) const { return std::to_string(value); }
  std::string operator()(const std::vector<double>& values) const {
    std::string out = quoted ? "[" : "";
    for (size_t i = 0; i < values.size(); ++i) out += (i == 0 ? "" : quoted ? "," : "  ") + number(values[i]);
    return quoted ? out + "]" : out;
  }
};

}  // namespace

void Report::print_table() const {
  for (const Row& row : rows_)
    std::printf("%-34s %s\n", row.name.c_str(), std::visit(AsText{false}, row.value).c_str());
}

void Report::print_json() const {
  std::string out = "{";
  for (size_t i = 0; i < rows_.size(); ++i) {
    // Names and texts come from this program alone and hold nothing that JSON would have to escape.
    out += (i == 0 ? "\"" : ",\"") + rows_[i].name + "\":" + std::visit(AsText{true}, rows_[i].value);
  }
  std::puts((out + "}").c_str());
}

}  // namespace chillin::bench
