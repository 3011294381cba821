#!/usr/bin/env bash
# inventory.sh PORT DATABASE [--no-rows]: all that a database holds and all that belongs to it, as lines that are equal for equal databases
# whatever the order in which things were made. `diff` of two of them says what a copy lost. Three parts: each object as pg_dump
# prints it; inventory.sql for what pg_dump leaves out or prints only by its effect; rows and large objects from fingerprint.sh.
# For a superuser. Shares no code with migplan.
set -euo pipefail
port=$1 database=$2 part=${3:-}
here=$(cd "$(dirname "$0")" && pwd)
bin=${PGBIN:+$PGBIN/}

# One paragraph an object, sorted: the order of a dump follows from object ids where nothing else decides. The storage lines
# between paragraphs would move with them; inventory.sql has tablespaces and access methods. pg_attver is the server's own (from 17.12 on).
dump=$("${bin}pg_dump" --schema-only -p "$port" -d "$database" --exclude-schema=migplan_ledger)
grep -v -e '^\\restrict' -e '^\\unrestrict' -e '^SET default_table' -e ' SET (pg_attver=[0-9]*);$' -e '^$' <<<"$dump" \
  | awk '/^-- Name: /{if (n++) print paragraph; paragraph = $0; next} {paragraph = paragraph "\001" $0} END {print paragraph}' \
  | LC_ALL=C sort | tr '\001' '\n' | grep -v '^--$'

"${bin}psql" -XAtq -F ' | ' -v ON_ERROR_STOP=1 -p "$port" -d "$database" -f "$here/inventory.sql"
[ "$part" = --no-rows ] || "$here/fingerprint.sh" "$port" "$database" --rows-only
