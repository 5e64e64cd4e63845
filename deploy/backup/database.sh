# Sourced by backup-postgres and restore-postgres: the database of DATABASE_URL, or of DB_HOST and its companions, for the
# programs of PostgreSQL. A password reaches them by PGPASSWORD, never on a command line, which every user can read.
: "${CHILLIN:=chillin}" "${PG_DUMP:=pg_dump}" "${PG_RESTORE:=pg_restore}" "${PSQL:=psql}"

fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}

if [ -n "${DATABASE_URL:-}" ]; then
  database=$DATABASE_URL
  if [[ $DATABASE_URL =~ ^(postgres(ql)?://[^:@/]*):([^@/]*)@(.*)$ ]]; then
    database="${BASH_REMATCH[1]}@${BASH_REMATCH[4]}"
    password=${BASH_REMATCH[3]}
    PGPASSWORD=$(printf '%b' "${password//%/\\x}")
    export PGPASSWORD
  fi
elif [ -n "${DB_HOST:-}" ]; then
  export PGHOST=$DB_HOST PGPORT=${DB_PORT:-5432} PGUSER=${DB_USER:-chillin} PGPASSWORD=${DB_PASSWORD:-}
  database="dbname=${DB_NAME:-chillin}"
else
  fail "neither DATABASE_URL nor DB_HOST is set: for embedded storage there are chillin backup and chillin restore"
fi
# Of several hosts the one that accepts writes, as the servers choose; "any" lets a backup be made from a standby.
export PGTARGETSESSIONATTRS=${PGTARGETSESSIONATTRS:-read-write} PGCONNECT_TIMEOUT=${PGCONNECT_TIMEOUT:-10}

sql() { $PSQL -XqAt -v ON_ERROR_STOP=1 --dbname="$database" -c "$1"; }
