-- databases: 20
-- Many databases of one server, each like `wide` and a twentieth of the size.
SELECT :size_mb / 20 AS size_mb \gset
\ir wide.sql
