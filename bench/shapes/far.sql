-- line: 10 ms each way, 200 Mbit/s
-- A quarter of `wide`, to a target that is 20 ms away.
SELECT :size_mb / 4 AS size_mb \gset
\ir wide.sql
