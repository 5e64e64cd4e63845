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

# The folder of the Node.js that scripts/install-deps brings where the machine's own is too old.
node_folder="$root/.cache/node/node_modules/.bin"
# What Vite, which builds the client, asks for.
node_wanted="Node.js 20.19, 22.13 or later"

# node_is_recent [program]
node_is_recent() {
  local major minor
  read -r major minor < <("${1:-node}" --version 2>/dev/null | sed -n 's/^v\([0-9]*\)\.\([0-9]*\)\..*/\1 \2/p') || return 1
  case "$major" in
    20) [ "$minor" -ge 19 ] ;;
    22) [ "$minor" -ge 13 ] ;;
    *) [ "$major" -ge 23 ] ;;
  esac
}

# Puts a Node.js that is recent enough, with its npm, first on the PATH; fails when there is none.
use_node() {
  node_is_recent && command -v npm >/dev/null && return 0
  node_is_recent "$node_folder/node" || return 1
  export PATH="$node_folder:$PATH"
}

# packages_are_ready <folder>: whether node_modules is what the lock file says, as far as install_packages left it so.
packages_are_ready() { cmp -s "$root/$1/package-lock.json" "$root/$1/node_modules/.installed"; }

# install_packages <folder>: npm ci.
install_packages() {
  use_node || fail "$node_wanted is needed (scripts/install-deps build installs it)"
  npm ci --prefix "$root/$1" --no-fund --no-audit </dev/null &&
    cp "$root/$1/package-lock.json" "$root/$1/node_modules/.installed"
}

# A hash of everything that the client is built from: names and contents of all files but what is built or installed.
client_sources() {
  (cd "$root/client" && find . \( -path ./node_modules -o -path ./dist \) -prune -o -type f -print0 |
    LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum | cut -d' ' -f1)
}

# The hash stands beside what was built, so that a build by hand, which empties the folder, takes it away. The name
# begins with a dot, so that it is not packed.
client_is_built() { [ "$(cat "$root/client/dist/.sources" 2>/dev/null)" = "$(client_sources)" ]; }

# build_client: client/dist from client/. Its packages must be installed.
build_client() {
  local sources
  sources=$(client_sources)
  use_node || fail "$node_wanted is needed (scripts/install-deps build installs it)"
  npm run --prefix "$root/client" build </dev/null || return 1
  [ -f "$root/client/dist/index.html" ] || fail "npm run build left no client/dist/index.html"
  printf '%s\n' "$sources" >"$root/client/dist/.sources"
}
