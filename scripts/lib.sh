# Shared by ./run, ./test and scripts/*: sourced, never run. Expects bash with `set -euo pipefail`.
# After sourcing, $root is the checkout, and the working directory is unchanged.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
log_dir="$root/build/logs"

# ccache: the same sources in another folder (a second checkout, a fresh clone) hit the same cache.
export CCACHE_BASEDIR="$root" CCACHE_NOHASHDIR=1
[ -n "${HOME:-}" ] || export CCACHE_DIR="$root/.cache/ccache"

say() { printf '%s\n' "$*"; }

fail() {
  printf '%s\n' "$*" >&2
  exit 1
}

# seconds_text <seconds>: 7s, 1m05s
seconds_text() {
  if [ "$1" -lt 60 ]; then printf '%ds' "$1"; else printf '%dm%02ds' $(($1 / 60)) $(($1 % 60)); fi
}

# How many compilations at once: one a core, and 1.5 GiB of free memory each (a Beast file under ASan takes that much).
build_jobs() {
  local cores memory
  cores=$(nproc)
  memory=$(awk '/^MemAvailable:/ { print int($2 / 1572864) }' /proc/meminfo)
  if [ "${memory:-0}" -ge 1 ] && [ "$memory" -lt "$cores" ]; then say "$memory"; else say "$cores"; fi
}

# progress_filter: reads ninja's output; on a terminal one line that rewrites itself, elsewhere one line each ten
# seconds; whatever is not a progress line (a warning, an error) is passed on as it is.
progress_filter() {
  local line tty=0 width=100 shown=0 said=-10
  if [ -t 1 ]; then
    tty=1
    width=$(tput cols 2>/dev/null || echo 100)
  fi
  while IFS= read -r line || [ -n "$line" ]; do
    case "$line" in
      "[0/"*"] Re-checking globbed"* | "ninja: no work to do"* | "ninja: Entering directory"*) ;;
      "["[0-9]*"/"[0-9]*"] "*)
        if [ $tty -eq 1 ]; then
          printf '\r\033[K  %s' "${line:0:width-3}"
          shown=1
        elif [ $((SECONDS - said)) -ge 10 ]; then
          printf '  %s\n' "${line:0:118}"
          said=$SECONDS
        fi
        ;;
      *)
        if [ $shown -eq 1 ]; then printf '\r\033[K'; fi
        shown=0
        printf '%s\n' "$line"
        ;;
    esac
  done
  if [ $shown -eq 1 ]; then printf '\r\033[K'; fi
}

# configure <preset>: makes or refreshes build/<preset>; a cache that was made in another folder is thrown away first.
configure() {
  local cache="$root/build/$1/CMakeCache.txt"
  if [ -f "$cache" ] && ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$cache"; then rm -f "$cache"; fi
  (cd "$root" && cmake --preset "$1" -Wno-dev)
}

# build <preset> <target ...>
build() {
  local preset=$1
  shift
  NINJA_STATUS='[%f/%t] ' cmake --build "$root/build/$preset" --parallel "$(build_jobs)" --target "$@"
}

# The folder of the Node.js that scripts/install-deps brings where the machine's own is older than 20.
node_folder="$root/.cache/node/node_modules/.bin"

node_is_recent() {
  local major
  major=$("${1:-node}" --version 2>/dev/null | sed -n 's/^v\([0-9][0-9]*\)\..*/\1/p')
  [ "${major:-0}" -ge 20 ]
}

# Puts a Node.js of at least 20 first on the PATH; fails when there is none.
use_node() {
  node_is_recent && return 0
  node_is_recent "$node_folder/node" || return 1
  export PATH="$node_folder:$PATH"
}
