CREATE SCHEMA shop;
CREATE TYPE shop.state AS ENUM ('new', 'paid');
CREATE TABLE shop.item (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, price numeric(10,2), state shop.state DEFAULT 'new',
  photo bytea, seen timestamptz, cost money, double numeric GENERATED ALWAYS AS (price * 2) STORED, parts text[]);
INSERT INTO shop.item (name, price, photo, seen, cost, parts)
  SELECT 'item ' || i, i / 7.0, decode(md5(i::text), 'hex'), '2024-01-01'::timestamptz + i * interval '1 hour', i::numeric::money, ARRAY['a', NULL, i::text] FROM generate_series(1, 2000) i;
CREATE TABLE shop.hashed (id int, kind shop.state) PARTITION BY HASH (kind);
CREATE TABLE shop.hashed_0 PARTITION OF shop.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE shop.hashed_1 PARTITION OF shop.hashed FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO shop.hashed SELECT i, (ARRAY['new', 'paid'])[1 + i % 2]::shop.state FROM generate_series(1, 100) i;
CREATE TABLE shop.nothing ();
INSERT INTO shop.nothing DEFAULT VALUES;
CREATE SEQUENCE shop.fresh START 42;
CREATE SEQUENCE shop.moved;
SELECT setval('shop.moved', 77, false);
CREATE MATERIALIZED VIEW shop.b_base AS SELECT state, count(*) AS n FROM shop.item GROUP BY state;
CREATE VIEW shop.through AS SELECT sum(n) AS n FROM shop.b_base;
CREATE MATERIALIZED VIEW shop.a_top AS SELECT n + 1 AS n FROM shop.through;
CREATE MATERIALIZED VIEW shop.unfilled AS SELECT 1 AS one WITH NO DATA;
CREATE INDEX item_name ON shop.item (name);
