-- One table holds everything: only parts of a table can be worked on at the same time.
CREATE TABLE big (id bigint NOT NULL, at timestamptz NOT NULL, code text NOT NULL, amount numeric(12, 2), document jsonb);
INSERT INTO big
SELECT i, timestamptz '2022-01-01 00:00+00' + i * interval '1 second', md5(i::text), (i % 1000000) / 100.0,
  jsonb_build_object('k', i, 'name', 'row ' || i)
FROM generate_series(1::bigint, :size_mb * 6000) AS i;
ALTER TABLE big ADD PRIMARY KEY (id);
CREATE INDEX ON big (at);
