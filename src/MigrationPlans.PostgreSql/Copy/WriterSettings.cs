namespace MigrationPlans.PostgreSql.Copy;

/// <summary>Settings of a target session that copies rows and builds indexes.</summary>
internal static class WriterSettings
{
    /// <summary>
    /// Gives each worker its share of twice the shared buffers (by custom a quarter of the machine's memory, so half of it),
    /// between 64 MB and 1 GB, and keeps single builds from starting workers of their own: the pool keeps the cores busy.
    /// From PostgreSQL 14 on, the server also ends a statement within a second when its client is gone, so that the index build
    /// of a killed run does not stand in the way of the one that resumes it.
    /// </summary>
    public static string Sql(int workers) =>
        $"""
        SELECT
          pg_catalog.set_config('maintenance_work_mem', GREATEST(65536, LEAST(1048576, share.kilobytes))::pg_catalog.text || 'kB', false),
          pg_catalog.set_config('max_parallel_maintenance_workers', '0', false)
        FROM (
          SELECT 2 * pg_catalog.pg_size_bytes(pg_catalog.current_setting('shared_buffers')) / 1024 / {workers} AS kilobytes
        ) share;
        SELECT pg_catalog.set_config(name, '1s', false) FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'
        """;
}
