-- The record of what is finished in this target database. Written only in the transaction that did the work.
CREATE SCHEMA IF NOT EXISTS migplan_ledger;

-- Whose run this is: one row. The lineage is that of the run's state; ledgers of older versions have none.
CREATE TABLE IF NOT EXISTS migplan_ledger.owner (
  plan pg_catalog.text NOT NULL,
  only_row pg_catalog.bool PRIMARY KEY DEFAULT true CHECK (only_row),
  lineage pg_catalog.text
);
ALTER TABLE migplan_ledger.owner ADD COLUMN IF NOT EXISTS lineage pg_catalog.text;

-- Restored schema entries, by the digest of their statements.
CREATE TABLE IF NOT EXISTS migplan_ledger.entry (
  digest pg_catalog.text PRIMARY KEY
);

-- Copied tables and chunks. A table that goes in one piece is chunk 0 of 1.
CREATE TABLE IF NOT EXISTS migplan_ledger.chunk (
  table_schema pg_catalog.text NOT NULL,
  table_name pg_catalog.text NOT NULL,
  chunk pg_catalog.int4 NOT NULL,
  chunks pg_catalog.int4 NOT NULL,
  bounds pg_catalog.text,
  row_count pg_catalog.int8 NOT NULL,
  byte_count pg_catalog.int8 NOT NULL,
  snapshot pg_catalog.text NOT NULL,
  PRIMARY KEY (table_schema, table_name, chunk)
);

-- One row, which a crash of the server takes away with all else that is unlogged: as long as it is there, there was none. Put in before there is anything to lose.
CREATE UNLOGGED TABLE IF NOT EXISTS migplan_ledger.no_crash (
  only_row pg_catalog.bool PRIMARY KEY
);
INSERT INTO migplan_ledger.no_crash (only_row)
SELECT true WHERE NOT EXISTS (SELECT FROM migplan_ledger.chunk) AND NOT EXISTS (SELECT FROM migplan_ledger.entry)
ON CONFLICT DO NOTHING;
