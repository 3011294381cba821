-- Products with full-text search and pictures; moves as a whole. About 60,000 rows.

DO $roles$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname = 'catalogue_owner') THEN
    CREATE ROLE catalogue_owner;
  END IF;
END
$roles$;

CREATE SCHEMA catalogue AUTHORIZATION catalogue_owner;
SET ROLE catalogue_owner;

CREATE TEXT SEARCH CONFIGURATION catalogue.plain (COPY = pg_catalog.simple);
CREATE COLLATION catalogue.c_order (provider = libc, locale = 'C');

CREATE TABLE catalogue.products (
  id          int PRIMARY KEY,
  name        text COLLATE catalogue.c_order NOT NULL,
  description text,
  price       numeric(10, 2) NOT NULL,
  released    date
);
-- Plain inheritance: the child's rows show up in its parent, and must not be copied twice.
CREATE TABLE catalogue.vouchers (valid_days int NOT NULL DEFAULT 365) INHERITS (catalogue.products);
CREATE TABLE catalogue.prices (product_id int NOT NULL, country char(2) NOT NULL, price numeric(10, 2), PRIMARY KEY (product_id, country));
CREATE TABLE catalogue.brochures (id int PRIMARY KEY, document oid);

INSERT INTO catalogue.products
SELECT i, 'Product ' || i, repeat('Solid, well made. ', 1 + i % 9), (i * 37 % 10000) / 100.0, CASE WHEN i % 6 > 0 THEN date '2019-01-01' + i % 2000 END
FROM generate_series(1, 12000) AS i;
INSERT INTO catalogue.vouchers SELECT 100000 + i, 'Voucher ' || i, NULL, i % 100, NULL, 30 * (1 + i % 12) FROM generate_series(1, 900) AS i;
INSERT INTO catalogue.prices SELECT i, c, (i * 41 % 10000) / 100.0 FROM generate_series(1, 12000) AS i, unnest(ARRAY['DE', 'FR', 'PL', 'UA']) AS c;
INSERT INTO catalogue.brochures SELECT i, lo_from_bytea(0, decode(repeat(md5('brochure ' || i), 600), 'hex')) FROM generate_series(1, 10) AS i;

ALTER TABLE catalogue.prices ADD FOREIGN KEY (product_id) REFERENCES catalogue.products;
CREATE INDEX products_words ON catalogue.products USING gin (to_tsvector('catalogue.plain', coalesce(description, '')));
CREATE INDEX products_by_name ON catalogue.products (name COLLATE "POSIX", id);
CREATE INDEX prices_missing ON catalogue.prices (product_id) WHERE price IS NULL;
CREATE FUNCTION catalogue.price_in(product int, country text DEFAULT 'DE') RETURNS numeric
LANGUAGE sql STABLE AS 'SELECT p.price FROM catalogue.prices AS p WHERE p.product_id = $1 AND p.country = $2';
CREATE AGGREGATE catalogue.longest(text) (SFUNC = textcat, STYPE = text, INITCOND = '');
CREATE MATERIALIZED VIEW catalogue.cheapest AS SELECT country, min(price) AS price FROM catalogue.prices GROUP BY country;
RESET ROLE;
