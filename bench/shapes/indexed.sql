-- Four tables with six indexes each: building indexes outweighs moving rows.
SELECT format($$
  CREATE TABLE i_%1$s (id bigint NOT NULL, a int, b int, c text, d timestamptz, e text[]);
  INSERT INTO i_%1$s
  SELECT i, i * 7919 %% 100000, i * 31 %% 1000, md5(i::text), timestamptz '2022-01-01 00:00+00' + i * interval '1 minute', ARRAY['x' || i %% 50, 'y' || i %% 500]
  FROM generate_series(1::bigint, %2$s) AS i;
  ALTER TABLE i_%1$s ADD PRIMARY KEY (id);
  CREATE INDEX ON i_%1$s (a, b);
  CREATE INDEX ON i_%1$s (c);
  CREATE INDEX ON i_%1$s (d) WHERE b > 500;
  CREATE INDEX ON i_%1$s (upper(c), b);
  CREATE INDEX ON i_%1$s USING gin (e);
  $$, n, :size_mb * 800)
FROM generate_series(1, 4) AS n \gexec
