-- Two thousand tiny tables: the cost of a table, not of its rows. size_mb is not used.
SELECT format($$
  CREATE TABLE t_%1$s (id serial PRIMARY KEY, name text, value numeric);
  INSERT INTO t_%1$s (name, value) SELECT 'row ' || i, i FROM generate_series(1, 20) AS i;
  CREATE INDEX ON t_%1$s (name);
  $$, n)
FROM generate_series(1, 2000) AS n \gexec
