-- About 150 tables of very different sizes; the large ones carry several indexes and foreign keys. Deterministic.
-- Takes the psql variable size_mb: the size of the whole database with its indexes, roughly.
SELECT :size_mb * 450 AS large_rows, :size_mb * 40 AS medium_rows \gset

CREATE SCHEMA shop;
CREATE SCHEMA stats;
CREATE SCHEMA small;
CREATE TYPE shop.state AS ENUM ('new', 'open', 'done', 'void');

CREATE TABLE shop.customers (id bigint PRIMARY KEY, name text NOT NULL, email text NOT NULL, created_at timestamptz NOT NULL);
INSERT INTO shop.customers
SELECT i, 'Customer ' || i, md5(i::text) || '@example.org', timestamptz '2020-01-01 00:00+00' + i * interval '7 minutes'
FROM generate_series(1, :medium_rows) AS i;
CREATE UNIQUE INDEX ON shop.customers (email);

-- Six large tables. Each value is a function of the row's number, spread so that indexes have work to do.
SELECT format($$
  CREATE TABLE shop.large_%1$s (
    id bigint NOT NULL, customer_id bigint NOT NULL, state shop.state NOT NULL, amount numeric(12, 2) NOT NULL,
    happened_at timestamptz NOT NULL, code text NOT NULL, note text, ratio double precision);
  INSERT INTO shop.large_%1$s
  SELECT i, 1 + (i * 7919 + %1$s) %% %3$s, (enum_range(NULL::shop.state))[1 + i %% 4], (i * 104729 %% 9999999) / 100.0,
    timestamptz '2021-01-01 00:00+00' + (i * 31 %% 100000000) * interval '1 second', md5((i * %1$s)::text),
    CASE WHEN i %% 3 > 0 THEN repeat('some words ', (i %% 5)::int) END, sqrt(i)
  FROM generate_series(1::bigint, %2$s) AS i;
  ALTER TABLE shop.large_%1$s ADD PRIMARY KEY (id);
  CREATE INDEX ON shop.large_%1$s (customer_id);
  CREATE INDEX ON shop.large_%1$s (happened_at DESC, state);
  CREATE INDEX ON shop.large_%1$s (code) WHERE state <> 'void';
  ALTER TABLE shop.large_%1$s ADD FOREIGN KEY (customer_id) REFERENCES shop.customers;
  $$, n, :large_rows, :medium_rows)
FROM generate_series(1, 6) AS n \gexec

-- Twenty-four medium ones, of other types.
SELECT format($$
  CREATE TABLE stats.medium_%1$s (
    id uuid PRIMARY KEY, day date NOT NULL, tags text[] NOT NULL, document jsonb NOT NULL, raw bytea, n int NOT NULL);
  INSERT INTO stats.medium_%1$s
  SELECT md5('%1$s ' || i)::uuid, date '2022-01-01' + (i %% 900)::int, ARRAY['a' || i %% 10, 'b' || i %% 100],
    jsonb_build_object('k', i, 'name', 'row ' || i, 'ok', i %% 2 = 0), decode(md5(i::text), 'hex'), (i %% 1000)::int
  FROM generate_series(1::bigint, %2$s) AS i;
  CREATE INDEX ON stats.medium_%1$s (day, n);
  $$, n, :medium_rows)
FROM generate_series(1, 24) AS n \gexec

-- And a long tail.
SELECT format($$
  CREATE TABLE small.lookup_%1$s (id serial PRIMARY KEY, name text NOT NULL UNIQUE, value int);
  INSERT INTO small.lookup_%1$s (name, value) SELECT 'entry ' || i, i FROM generate_series(1, %2$s) AS i;
  $$, n, 5 + n * 13 % 200)
FROM generate_series(1, 120) AS n \gexec

CREATE VIEW shop.open_amounts AS SELECT customer_id, sum(amount) AS amount FROM shop.large_1 WHERE state = 'open' GROUP BY customer_id;
