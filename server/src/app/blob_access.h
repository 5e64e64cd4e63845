#pragma once

#include "app/config.h"
#include "backup/blob_folder.h"

namespace chillin::app {

// The files of an installation for the subcommands, beside a server that runs. Blocking, one file at a time; for one
// thread.

[[nodiscard]] backup::ReadBlob blob_reader(const Config& config);
[[nodiscard]] backup::WriteBlob blob_writer(const Config& config);

}  // namespace chillin::app
