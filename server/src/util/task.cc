#include "util/task.h"

#include <cstdlib>
#include <utility>

#include "util/log.h"

namespace chillin::util::detail {

void detached_task_failed(std::exception_ptr exception) noexcept {
  try {
    std::rethrow_exception(std::move(exception));
  } catch (const std::exception& e) {
    log_error("task_failed", {{"what", e.what()}});
  } catch (...) {
    log_error("task_failed", {{"what", "unknown exception"}});
  }
  std::abort();
}

}  // namespace chillin::util::detail
