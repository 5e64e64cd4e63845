#include "legacy/json_records.h"

#include <sys/stat.h>

#include <algorithm>
#include <boost/json/parser.hpp>
#include <cerrno>
#include <cstring>
#include <utility>

#include "legacy/surrogates.h"
#include "util/json_writer.h"
#include "util/text.h"

namespace chillin::legacy {

namespace {

using Code = util::Error::Code;

constexpr std::size_t kBufferBytes = std::size_t{64} << 10;

bool is_space(int c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

std::string shown(int c) {
  if (c == EOF) return "the end of the file";
  if (c < 0x21 || c > 0x7E) return "a byte of value " + std::to_string(c);
  return std::string("'") + static_cast<char>(c) + "'";
}

}  // namespace

std::string Place::text() const {
  static constexpr std::size_t kMaxShown = 60;
  std::string_view cut = name;
  if (cut.size() > kMaxShown) {
    std::size_t end = kMaxShown;
    while (end > 0 && (static_cast<unsigned char>(cut[end]) & 0xC0U) == 0x80U) --end;
    cut = cut.substr(0, end);
  }
  std::string out = file + ", line " + std::to_string(line) + ", ";
  util::append_json_string(out, cut);
  if (cut.size() < name.size()) out += "...";
  if (index) out += "[" + std::to_string(*index) + "]";
  return out;
}

util::Result<JsonRecords> JsonRecords::open(const std::string& folder, const std::string& file, Shape shape) {
  const std::string path = folder + "/" + file;
  std::FILE* opened = std::fopen(path.c_str(), "rbe");
  if (opened == nullptr) {
    std::string detail = path + " cannot be read: " + std::strerror(errno);
    if (errno == ENOENT) detail += " (if the earlier version had none, give a file that holds {})";
    return util::Error{Code::kNotFound, std::move(detail)};
  }
  JsonRecords records(opened, file, shape);
  struct stat about{};
  if (fstat(fileno(opened), &about) != 0 || !S_ISREG(about.st_mode)) {
    return util::Error{Code::kInvalid, path + " is not a file"};
  }
  return records;
}

int JsonRecords::peek() {
  if (at_ == buffer_.size()) {
    buffer_.resize(kBufferBytes);
    buffer_.resize(std::fread(buffer_.data(), 1, kBufferBytes, source_.get()));
    at_ = 0;
    if (buffer_.empty()) return EOF;
  }
  return static_cast<unsigned char>(buffer_[at_]);
}

int JsonRecords::get() {
  const int c = peek();
  if (c == EOF) return EOF;
  ++at_;
  if (c == '\n') ++line_;
  return c;
}

int JsonRecords::peek_past_space() {
  while (is_space(peek())) get();
  return peek();
}

util::Error JsonRecords::wrong_at(std::uint64_t line, std::string_view what) const {
  return {Code::kInvalid, file_ + ", line " + std::to_string(line) + ": " + std::string(what)};
}

util::Error JsonRecords::wrong(std::string_view what) const {
  return wrong_at(line_, what);
}

util::Error JsonRecords::expected(std::string_view what) {
  const int c = peek();
  if (std::ferror(source_.get()) != 0) return wrong("the file cannot be read any further");
  if (c == EOF) return wrong("the file ends too early: " + std::string(what) + " is missing (was it cut off?)");
  return wrong("not the JSON that is expected here: " + std::string(what) + " instead of " + shown(c));
}

util::Status<> JsonRecords::begin() {
  static constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
  if (peek() == EOF) return wrong("the file is empty: an earlier version without entries would have written {}");
  if (std::string_view(buffer_).starts_with(kByteOrderMark)) at_ = kByteOrderMark.size();
  if (peek_past_space() != '{') return expected("{ (an object by name)");
  get();
  return util::Ok{};
}

// Reads `"name":`; false at the end of the object, after which nothing may follow.
util::Result<bool> JsonRecords::next_name(bool first) {
  int c = peek_past_space();
  if (c == '}') {
    get();
    if (peek_past_space() != EOF) return wrong("something follows the end of the object");
    return false;
  }
  if (!first) {
    if (c != ',') return expected(", or }");
    get();
    c = peek_past_space();
  }
  if (c != '"') return expected(first ? "a name in quotes, or }" : "a name in quotes");
  const std::uint64_t line = line_;
  std::string raw;
  bool too_large = false;
  if (auto collected = collect_string(raw, too_large); !collected) return std::move(collected).error();
  if (too_large) return wrong_at(line, "a name of more than " + std::to_string(kMaxRecordBytes) + " bytes");
  replace_lone_surrogates(raw);
  auto name = parse(raw, line);
  if (!name) return std::move(name).error();
  name_ = std::string(std::string_view(name->as_string()));
  if (peek_past_space() != ':') return expected(":");
  get();
  peek_past_space();
  return true;
}

util::Result<std::optional<Record>> JsonRecords::next() {
  using Answer = std::optional<Record>;
  if (state_ == State::kEnd) return Answer();
  if (state_ == State::kBegin) {
    if (auto begun = begin(); !begun) return std::move(begun).error();
    state_ = State::kFirstName;
  }
  while (true) {
    if (state_ == State::kFirstName || state_ == State::kAfterValue) {
      auto more = next_name(state_ == State::kFirstName);
      if (!more) return std::move(more).error();
      state_ = *more ? State::kAfterValue : State::kEnd;
      if (!*more) return Answer();
      if (shape_ == Shape::kByName || peek() != '[') {
        auto record = read_record(std::nullopt);
        if (!record) return std::move(record).error();
        return Answer(*std::move(record));
      }
      get();
      index_ = 0;
      state_ = State::kFirstItem;
    }
    int c = peek_past_space();
    if (c == ']') {
      get();
      state_ = State::kAfterValue;
      continue;
    }
    if (state_ == State::kAfterItem) {
      if (c != ',') return expected(", or ]");
      get();
      c = peek_past_space();
      if (c == ']') return expected("a record");
    }
    state_ = State::kAfterItem;
    auto record = read_record(index_++);
    if (!record) return std::move(record).error();
    return Answer(*std::move(record));
  }
}

util::Result<Record> JsonRecords::read_record(std::optional<std::size_t> index) {
  Record record;
  record.place = {file_, line_, name_, index};
  std::string raw;
  if (auto collected = collect_value(raw, record.too_large); !collected) return std::move(collected).error();
  if (record.too_large) return record;
  record.repaired = replace_lone_surrogates(raw);
  auto value = parse(raw, record.place.line);
  if (!value) return std::move(value).error();
  record.value = *std::move(value);
  return record;
}

void JsonRecords::keep(std::string& raw, bool& too_large, int c) const {
  if (raw.size() < kMaxRecordBytes) {
    raw += static_cast<char>(c);
  } else {
    too_large = true;
  }
}

util::Status<> JsonRecords::collect_string(std::string& raw, bool& too_large) {
  keep(raw, too_large, get());
  while (true) {
    const int c = get();
    if (c == EOF) return expected("the end of a text");
    keep(raw, too_large, c);
    if (c == '"') return util::Ok{};
    if (c != '\\') continue;
    if (peek() == EOF) return expected("the end of a text");
    keep(raw, too_large, get());
  }
}

// Only finds where the value ends; whether it is JSON is the parser's to say.
util::Status<> JsonRecords::collect_value(std::string& raw, bool& too_large) {
  std::size_t depth = 0;
  while (true) {
    const int c = peek();
    if (c == EOF) return expected("the end of a record");
    if (c == '"') {
      if (auto text = collect_string(raw, too_large); !text) return text;
    } else {
      const bool closes = c == '}' || c == ']';
      if (depth == 0 && (closes || c == ',')) return raw.empty() ? expected("a record") : util::Status<>(util::Ok{});
      if (c == '{' || c == '[') ++depth;
      if (closes) --depth;
      keep(raw, too_large, get());
      if (!closes) continue;
    }
    if (depth == 0) return util::Ok{};
  }
}

util::Result<boost::json::value> JsonRecords::parse(const std::string& raw, std::uint64_t line) const {
  boost::json::parser parser;
  boost::system::error_code failure;
  const std::size_t read = parser.write_some(raw, failure);
  if (!failure && std::any_of(raw.begin() + static_cast<std::ptrdiff_t>(read), raw.end(),
                              [](char c) { return !is_space(static_cast<unsigned char>(c)); })) {
    failure = boost::json::error::extra_data;
  }
  if (!failure) return parser.release();
  const auto lines = std::count(raw.begin(), raw.begin() + static_cast<std::ptrdiff_t>(read), '\n');
  const std::string what = util::is_utf8(raw) ? "not JSON: " + failure.message() : "not UTF-8";
  return wrong_at(line + static_cast<std::uint64_t>(lines), what);
}

}  // namespace chillin::legacy
