#pragma once

#include <exception>
#include <string_view>

#include "util/log.h"

namespace chillin::socketio {

/// Runs a handler of the library's user. What it throws (a bad cast of a client's argument, say) ends that one event,
/// with a log line, and not the process: any client could end it otherwise. False if it threw.
template <class F>
bool run_guarded(std::string_view nsp, std::string_view what, F&& f) {
  try {
    f();
    return true;
  } catch (const std::exception& e) {
    util::log_error("socketio_handler_threw", {{"namespace", nsp}, {"handler", what}, {"error", e.what()}});
  }
  return false;
}

}  // namespace chillin::socketio
