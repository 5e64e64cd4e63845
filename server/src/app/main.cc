#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <exception>
#include <string>

#include "app/commands.h"
#include "app/config.h"
#include "app/version.h"

namespace {

int run(int argc, char** argv) {
  using namespace chillin::app;
  CLI::App cli{
      "Chillin: a self-hosted chat for teams and communities.\n"
      "Configured by environment variables; `chillin check-config` lists them with their values."};
  cli.set_version_flag("--version", "chillin " + version() + " (" + commit() + ")");
  cli.require_subcommand(1);
  auto* serve_command = cli.add_subcommand("serve", "Serve the chat until SIGTERM or Ctrl-C");
  auto* migrate_command = cli.add_subcommand("migrate", "Bring the database to this version's schema");
  bool dry_run = false;
  migrate_command->add_flag("--dry-run", dry_run, "Only say what would be done");
  auto* import_command =
      cli.add_subcommand("import-legacy", "Import users, rooms and messages of the earlier version (JSON files)");
  std::string legacy_folder;
  import_command->add_option("DIR", legacy_folder, "The folder with users.json, rooms.json and messages.json")
      ->required();
  import_command->add_flag("--dry-run", dry_run, "Write nothing, only say what would be imported");
  auto* backup_command = cli.add_subcommand("backup", "Copy embedded storage to a folder, while the server runs");
  std::string folder;
  backup_command->add_option("DIR", folder, "The folder to make; there must be none of that name")->required();
  auto* restore_command = cli.add_subcommand("restore", "Make embedded storage of a backup, in an empty data folder");
  bool only_check = false;
  bool end_sessions = false;
  restore_command->add_option("DIR", folder, "The backup")->required();
  auto* check_flag =
      restore_command->add_flag("--check", only_check, "Only look through the backup, of either storage");
  restore_command->add_flag("--end-sessions", end_sessions, "Everybody has to sign in again")->excludes(check_flag);
  auto* backup_files_command =
      cli.add_subcommand("backup-files", "For deploy/backup: copy the files named on standard input");
  backup_files_command->add_option("DIR", folder, "Where to")->required();
  auto* restore_files_command =
      cli.add_subcommand("restore-files", "For deploy/backup: put these files into the storage");
  restore_files_command->add_option("DIR", folder, "Where from")->required();
  auto* check_command = cli.add_subcommand("check-config", "Print the effective configuration and every mistake in it");
  auto* health_command =
      cli.add_subcommand("health", "Ask the server that runs here whether it is ready; status 0 if it is");
  bool live = false;
  health_command->add_flag("--live", live, "Ask only whether it answers, whatever its database does");
  CLI11_PARSE(cli, argc, argv);

  const LoadedConfig loaded = load_config(process_environment());
  if (check_command->parsed()) return check_config(loaded);
  if (report_mistakes(loaded)) return 1;
  if (migrate_command->parsed()) return migrate(loaded.config, dry_run);
  if (import_command->parsed()) return import_legacy(loaded.config, legacy_folder, dry_run);
  if (health_command->parsed()) return health(loaded.config, live);
  if (backup_command->parsed()) return backup(loaded.config, folder);
  if (restore_command->parsed()) {
    return only_check ? check_backup(folder) : restore(loaded.config, folder, end_sessions);
  }
  if (backup_files_command->parsed()) return backup_files(loaded.config, folder);
  if (restore_files_command->parsed()) return restore_files(loaded.config, folder);
  return serve_command->parsed() ? serve(loaded.config) : 2;
}

}  // namespace

int main(int argc, char** argv) {
  // Messages and password hashes: what is written, backups too, is for nobody else of this machine.
  umask(077);
  try {
    return run(argc, argv);
  } catch (const std::exception& e) {
    std::fprintf(stderr, "chillin: %s\n", e.what());
    return 1;
  }
}
