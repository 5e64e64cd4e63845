#pragma once

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace chillin::app {

/// Writes metrics in Prometheus text format one after the other; HELP and TYPE stand once per name, as the format wants
/// it.
class MetricsWriter {
 public:
  MetricsWriter& family(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    out_.append("# HELP ").append(name).append(" ").append(help).append("\n");
    out_.append("# TYPE ").append(name).append(" ").append(type).append("\n");
    return *this;
  }
  /// `labels`: with their braces, or empty.
  MetricsWriter& sample(double value, std::string_view labels = {}) {
    char text[40];
    std::snprintf(text, sizeof text, " %.17g\n", value);
    out_.append(name_).append(labels).append(text);
    return *this;
  }
  [[nodiscard]] std::string take() { return std::move(out_); }

 private:
  std::string out_;
  std::string_view name_;
};

}  // namespace chillin::app
