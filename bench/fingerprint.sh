#!/usr/bin/env bash
# fingerprint.sh PORT DATABASE [--rows-only]: prints what a database holds, as text that is equal for equal databases: its schema as
# pg_dump prints it, each sequence's position, each table's row count and a hash of its rows. Shares no code with migplan.
set -euo pipefail
port=$1 database=$2 part=${3:-}
bin=${PGBIN:+$PGBIN/}

# Comments and the random \restrict keys differ between two dumps of the same database.
[ "$part" = --rows-only ] || "${bin}pg_dump" --schema-only -p "$port" -d "$database" --exclude-schema=migplan_ledger | grep -v -e '^--' -e '^\\restrict' -e '^\\unrestrict' -e '^$'

# `command`: without PGBIN the function would call itself for ever.
psql() { command "${bin}psql" -XAtq -v ON_ERROR_STOP=1 -p "$port" -d "$database" "$@"; }
psql -c "SELECT format('%I.%I %s', schemaname, sequencename, last_value) FROM pg_catalog.pg_sequences ORDER BY 1"
# Order-free: the sum of 64 bits of the MD5 of each row's text. A partitioned table's rows are its partitions', but below a hash
# those of the topmost table that hashes: the hash of an enum follows from its object id, and with it the partition.
psql <<'SQL'
SET extra_float_digits = 3;
SET DateStyle = 'ISO';
SET row_security = off;
SET search_path = '';
SET TimeZone = 'UTC';
SET IntervalStyle = 'postgres';
SET lc_monetary = 'C';
SET bytea_output = 'hex';
SELECT pg_catalog.format(
  'SELECT %L, pg_catalog.count(*), pg_catalog.sum((''x'' || pg_catalog.substr(pg_catalog.md5(t::text), 1, 16))::bit(64)::bigint::numeric) FROM %s %I.%I AS t',
  n.nspname || '.' || c.relname, CASE c.relkind WHEN 'p' THEN '' ELSE 'ONLY' END, n.nspname, c.relname)
FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
CROSS JOIN LATERAL (
  SELECT pg_catalog.count(*) FILTER (WHERE a.relid <> c.oid) AS above, pg_catalog.count(*) FILTER (WHERE a.relid = c.oid) AS here
  FROM pg_catalog.pg_partition_ancestors(c.oid) AS a JOIN pg_catalog.pg_partitioned_table AS p ON p.partrelid = a.relid AND p.partstrat = 'h') AS hashed
WHERE hashed.above = 0 AND (c.relkind IN ('r', 'm') OR hashed.here = 1) AND c.relispopulated AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'migplan_ledger')
ORDER BY n.nspname COLLATE pg_catalog."C", c.relname COLLATE pg_catalog."C"
\gexec
SELECT 'large object', m.oid, m.lomowner::regrole, m.lomacl, pg_catalog.md5(pg_catalog.lo_get(m.oid)) FROM pg_catalog.pg_largeobject_metadata AS m ORDER BY m.oid;
SQL
