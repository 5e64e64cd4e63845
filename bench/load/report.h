#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace chillin::bench {

/// Named figures in the order they were added. Units are part of the name (`cpu_us_per_delivery`).
class Report {
 public:
  void add(std::string_view name, std::string_view text) { rows_.push_back({std::string(name), std::string(text)}); }
  void add(std::string_view name, const char* text) { add(name, std::string_view(text)); }
  void add(std::string_view name, double value) { rows_.push_back({std::string(name), value}); }
  void add(std::string_view name, uint64_t value) { rows_.push_back({std::string(name), value}); }
  void add(std::string_view name, std::vector<double> values) {
    rows_.push_back({std::string(name), std::move(values)});
  }

  void print_table() const;
  /// One JSON object on one line.
  void print_json() const;

 private:
  struct Row {
    std::string name;
    std::variant<std::string, double, uint64_t, std::vector<double>> value;
  };
  std::vector<Row> rows_;
};

}  // namespace chillin::bench
