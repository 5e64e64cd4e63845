#include "util/clock.h"

namespace chillin::util {

namespace {

class SystemClock final : public Clock {
 public:
  [[nodiscard]] SteadyTime steady() const override { return std::chrono::steady_clock::now(); }
  [[nodiscard]] WallMillis wall() const override {
    return WallMillis{
        std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::system_clock::now().time_since_epoch())
            .count()};
  }
};

void put(char* at, unsigned value, int digits) {
  for (int i = digits - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

}  // namespace

const Clock& system_clock() {
  static const SystemClock kClock;
  return kClock;
}

void append_iso8601(std::string& out, WallMillis t) {
  using namespace std::chrono;
  const sys_time<milliseconds> tp{milliseconds{t.value}};
  const auto day = floor<days>(tp);
  const year_month_day date{day};
  const hh_mm_ss time{tp - day};
  char text[] = "0000-00-00T00:00:00.000Z";
  put(text, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put(text + 5, static_cast<unsigned>(date.month()), 2);
  put(text + 8, static_cast<unsigned>(date.day()), 2);
  put(text + 11, static_cast<unsigned>(time.hours().count()), 2);
  put(text + 14, static_cast<unsigned>(time.minutes().count()), 2);
  put(text + 17, static_cast<unsigned>(time.seconds().count()), 2);
  put(text + 20, static_cast<unsigned>(time.subseconds().count()), 3);
  out.append(text, 24);
}

std::string iso8601(WallMillis t) {
  std::string out;
  append_iso8601(out, t);
  return out;
}

}  // namespace chillin::util
