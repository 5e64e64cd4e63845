#include "storage/postgres/failure.h"

#include <algorithm>
#include <initializer_list>

#include "util/log.h"

namespace chillin::storage::postgres {

namespace {

constexpr std::int64_t kComeBackMs = 1'000;

bool says(const Failure& failure, std::initializer_list<const char*> words) {
  return std::any_of(words.begin(), words.end(),
                     [&](const char* each) { return failure.message.find(each) != std::string::npos; });
}

bool refuses_credentials(const Failure& failure) {
  return says(failure, {"password authentication failed", "no pg_hba.conf entry", "no password supplied"});
}

}  // namespace

Failure::Kind kind_of(std::string_view sqlstate) {
  using Kind = Failure::Kind;
  if (sqlstate.size() != 5) return Kind::kConnection;
  const std::string_view group = sqlstate.substr(0, 2);
  // Connection exceptions, shutdown and crash of the server, and a primary that is none any more (read only).
  if (group == "08" || sqlstate == "57P01" || sqlstate == "57P02" || sqlstate == "57P03" || sqlstate == "57P05" ||
      sqlstate == "25006" || sqlstate == "25P03") {
    return Kind::kConnection;
  }
  if (group == "40") return Kind::kConflict;
  // Lock not available, cancelled by a time-out, out of resources, system and internal errors.
  if (group == "53" || group == "55" || group == "57" || group == "58" || group == "XX" || group == "F0") {
    return Kind::kTemporary;
  }
  return Kind::kRequest;
}

bool is_hopeless(const Failure& failure) {
  return refuses_credentials(failure) || says(failure, {"does not exist"});
}

std::string trouble_of(const Failure& failure) {
  if (failure.sqlstate == "53100") return "the database's disk is full";
  if (failure.sqlstate == "53300" ||
      says(failure, {"too many clients", "too many connections", "connection slots are reserved"})) {
    return "the database has no connection left";
  }
  if (failure.sqlstate == "57014") return "the database took too long";
  if (failure.sqlstate == "55P03") return "rows of the database stay locked";
  if (refuses_credentials(failure)) return "the database refuses the credentials";
  if (says(failure, {"does not exist"})) return "there is no such database or user";
  if (failure.sqlstate == "25006" || says(failure, {"session is read-only", "server is in hot standby mode"})) {
    return "no server of the database accepts writes";
  }
  if (failure.sqlstate == "57P03" || says(failure, {"is starting up", "is shutting down", "in recovery mode"})) {
    return "the database is starting or stopping";
  }
  if (says(failure, {"no answer in time"})) return "the database does not answer";
  if (failure.kind == Failure::Kind::kConnection) return "the database cannot be reached";
  return "the database reports an error (SQLSTATE " + failure.sqlstate + ")";
}

std::string one_line(std::string_view message) {
  std::string out;
  for (const char c : message) {
    const bool space = c == '\n' || c == '\r' || c == '\t' || c == ' ';
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
  }
  while (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

chat::Error refusal_of(const Failure& failure) {
  if (failure.kind == Failure::Kind::kRequest) {
    // Class 22: data exceptions, a NUL in a text among them. 54: limits of the server, a row that is too large among
    // them.
    const bool value = failure.sqlstate.starts_with("22") || failure.sqlstate.starts_with("54");
    return chat::refuse(value ? chat::ErrorCode::kInvalidPayload : chat::ErrorCode::kInternal);
  }
  chat::Error refused = chat::refuse(chat::ErrorCode::kUnavailable);
  refused.retry_after_ms = kComeBackMs;
  return refused;
}

chat::Error read_failed(std::string_view doing, const Failure& failure) {
  const bool own_fault = failure.kind == Failure::Kind::kRequest;
  util::log_write(own_fault ? util::LogLevel::kWarn : util::LogLevel::kError, "read_failed",
                  {{"doing", doing}, {"sqlstate", failure.sqlstate}, {"error", failure.message}});
  return refusal_of(failure);
}

}  // namespace chillin::storage::postgres
