#!/usr/bin/env bash
# fingerprint.sh PORT DATABASE: prints what a database holds, as text that is equal for equal databases: its schema as
# pg_dump prints it, each sequence's position, each table's row count and a hash of its rows. Shares no code with migplan.
set -euo pipefail
port=$1 database=$2
bin=${PGBIN:+$PGBIN/}

# Comments and the random \restrict keys differ between two dumps of the same database.
"${bin}pg_dump" --schema-only -p "$port" -d "$database" --exclude-schema=migplan_ledger | grep -v -e '^--' -e '^\\restrict' -e '^\\unrestrict' -e '^$'

psql() { "${bin}psql" -XAtq -v ON_ERROR_STOP=1 -p "$port" -d "$database" "$@"; }
psql -c "SELECT format('%I.%I %s', schemaname, sequencename, last_value) FROM pg_catalog.pg_sequences ORDER BY 1"
# Order-free: the sum of 64 bits of the MD5 of each row's text. A partitioned table's rows are its partitions'.
psql <<'SQL'
SET extra_float_digits = 3;
SET DateStyle = 'ISO';
SET row_security = off;
SELECT format(
  'SELECT %L, count(*), sum((''x'' || substr(md5(t::text), 1, 16))::bit(64)::bigint::numeric) FROM ONLY %I.%I AS t',
  n.nspname || '.' || c.relname, n.nspname, c.relname)
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relkind IN ('r', 'm') AND c.relispopulated AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'migplan_ledger')
ORDER BY n.nspname, c.relname
\gexec
-- Large objects are read whole; only a superuser may look at their pages.
SELECT 'large object', m.oid, m.lomowner::regrole, m.lomacl, md5(string_agg(p.data, ''::bytea ORDER BY p.pageno))
FROM pg_catalog.pg_largeobject_metadata AS m LEFT JOIN pg_catalog.pg_largeobject AS p ON p.loid = m.oid
GROUP BY m.oid, m.lomowner, m.lomacl ORDER BY m.oid;
SQL
