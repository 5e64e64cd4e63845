#pragma once

#include <optional>
#include <string>

#include "app/config.h"

namespace chillin::app {

// The subcommands. Each returns the process's exit status: 0 done, 1 failed (one clear line on standard error), 2
// misused.

/// Runs the server until SIGTERM or SIGINT.
int serve(const Config& config);

/// Brings the database to this version's schema and says what it did; `dry_run`: only says.
int migrate(const Config& config, bool dry_run);

/// Imports users.json, rooms.json and messages.json of the earlier version from `folder`, and prints the report (see
/// docs/operations.md); `dry_run`: only says. 2: the files cannot be used, and nothing was written.
int import_legacy(const Config& config, const std::string& folder, bool dry_run);

/// Copies an embedded installation to `to`, a folder that is not there yet, while the server may run.
int backup(const Config& config, const std::string& to);

/// Makes an embedded installation of the backup `from` in an empty data folder. `end_sessions`: everybody has to sign
/// in again.
int restore(const Config& config, const std::string& from, bool end_sessions);

/// Looks through a backup of either storage, and changes nothing.
int check_backup(const std::string& from);

/// For deploy/backup: copies the files whose keys standard input names, a line each, into `folder`, and removes there
/// what it does not name. Prints the keys of those that are not in the installation.
int backup_files(const Config& config, const std::string& folder);

/// For deploy/backup: puts what backup_files() copied into the installation.
int restore_files(const Config& config, const std::string& folder);

/// Prints the effective configuration (secrets hidden) and every mistake.
int check_config(const LoadedConfig& loaded);

/// Asks the server that runs here with the same configuration whether it is ready (`live`: whether it answers at all)
/// and prints what it says of each dependency. For health checks: the image needs no other program. At most 4 s.
int health(const Config& config, bool live);

/// What `serve` and `migrate` do first: every mistake on a line of its own to standard error; true if there was one.
bool report_mistakes(const LoadedConfig& loaded);

}  // namespace chillin::app
