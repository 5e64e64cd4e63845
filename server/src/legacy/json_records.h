#pragma once

#include <boost/json/value.hpp>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "util/result.h"

namespace chillin::legacy {

/// Where a record stands, for a person who opens the file: `messages.json, line 12, "general"[3]`.
struct Place {
  std::string file;
  std::uint64_t line = 0;            ///< of the record's first character, from 1
  std::string name;                  ///< its key
  std::optional<std::size_t> index;  ///< in the key's list, from 0

  /// Names are quoted and escaped, and cut after 60 characters.
  [[nodiscard]] std::string text() const;
};

struct Record {
  Place place;
  boost::json::value value;
  bool too_large = false;  ///< more than JsonRecords::kMaxRecordBytes; `value` is null
  bool repaired = false;   ///< halves of surrogate pairs became U+FFFD
};

/// Reads a file `{"name": record, ...}` or `{"name": [record, ...], ...}` record by record, however large the file is.
/// Keys may repeat. Confined to: one thread.
class JsonRecords {
 public:
  enum class Shape { kByName, kListsByName };
  static constexpr std::size_t kMaxRecordBytes = std::size_t{1} << 20;

  /// The error is one line for an operator: not there, no file, not readable.
  [[nodiscard]] static util::Result<JsonRecords> open(const std::string& folder, const std::string& file, Shape shape);

  /// The next record; nullopt after the last. Of kListsByName a key whose value is no list comes as one record without
  /// an index. An error (no JSON, not UTF-8, cut off, another shape: one line with file and line) ends the reading.
  [[nodiscard]] util::Result<std::optional<Record>> next();

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  enum class State { kBegin, kFirstName, kFirstItem, kAfterItem, kAfterValue, kEnd };

  JsonRecords(std::FILE* file, std::string name, Shape shape) : source_(file), file_(std::move(name)), shape_(shape) {}

  [[nodiscard]] int peek();
  int get();
  int peek_past_space();
  [[nodiscard]] util::Error wrong(std::string_view what) const;
  [[nodiscard]] util::Error wrong_at(std::uint64_t line, std::string_view what) const;
  [[nodiscard]] util::Error expected(std::string_view what);

  [[nodiscard]] util::Status<> begin();
  [[nodiscard]] util::Result<bool> next_name(bool first);
  [[nodiscard]] util::Result<Record> read_record(std::optional<std::size_t> index);
  [[nodiscard]] util::Status<> collect_value(std::string& raw, bool& too_large);
  [[nodiscard]] util::Status<> collect_string(std::string& raw, bool& too_large);
  void keep(std::string& raw, bool& too_large, int c) const;
  [[nodiscard]] util::Result<boost::json::value> parse(const std::string& raw, std::uint64_t line) const;

  std::unique_ptr<std::FILE, Close> source_;
  std::string file_;
  Shape shape_;
  State state_ = State::kBegin;
  std::string buffer_;
  std::size_t at_ = 0;
  std::uint64_t line_ = 1;
  std::string name_;
  std::size_t index_ = 0;
};

}  // namespace chillin::legacy
