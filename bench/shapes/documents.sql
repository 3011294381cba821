-- One table of long rows, about a kilobyte each: bytes outweigh what servers have to parse.
CREATE TABLE document (id bigint NOT NULL, at timestamptz NOT NULL, title text NOT NULL, body text NOT NULL);
INSERT INTO document
SELECT i, timestamptz '2022-01-01 00:00+00' + i * interval '1 second', 'document ' || i, string_agg(md5((i * 32 + j)::text), ' ')
FROM generate_series(1::bigint, :size_mb * 900) AS i, generate_series(1, 32) AS j
GROUP BY i;
ALTER TABLE document ADD PRIMARY KEY (id);
CREATE INDEX ON document (at);
