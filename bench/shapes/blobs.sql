-- Large values: a third of the size in large objects, a third in bytes that don't compress, a third in text that does. Deterministic.
SELECT :size_mb * 3 AS objects, :size_mb * 2 AS documents, :size_mb * 8 AS pages \gset

CREATE FUNCTION pg_temp.noise(seed int, kilobytes int) RETURNS bytea LANGUAGE sql AS $$
  SELECT decode(string_agg(md5(seed || ' ' || i), ''), 'hex') FROM generate_series(1, kilobytes * 64) AS i
$$;

CREATE TABLE attachments (id int PRIMARY KEY, name text NOT NULL, object oid NOT NULL);
INSERT INTO attachments SELECT i, 'attachment ' || i, lo_from_bytea(0, pg_temp.noise(i, 20 + i % 180)) FROM generate_series(1, :objects) AS i;

CREATE TABLE documents (id int PRIMARY KEY, title text NOT NULL, body bytea NOT NULL);
ALTER TABLE documents ALTER COLUMN body SET STORAGE EXTERNAL;
INSERT INTO documents SELECT i, 'document ' || i, pg_temp.noise(-i, 50 + i % 240) FROM generate_series(1, :documents) AS i;

CREATE TABLE pages (id int PRIMARY KEY, url text NOT NULL UNIQUE, html text NOT NULL, headers jsonb NOT NULL);
INSERT INTO pages
SELECT i, 'https://example.org/' || md5(i::text), string_agg('<p class="c' || j % 7 || '">' || md5((i * j)::text) || '</p>', E'\n'),
  jsonb_build_object('etag', md5(i::text), 'length', i, 'links', jsonb_agg(j))
FROM generate_series(1, :pages) AS i, generate_series(1, 1800) AS j
GROUP BY i;
