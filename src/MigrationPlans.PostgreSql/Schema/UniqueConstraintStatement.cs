namespace MigrationPlans.PostgreSql.Schema;

/// <summary>
/// A primary key or unique constraint in two steps: its index, which can be built at the same time as others of the table, and
/// the constraint on top of it, which locks the table for a moment only. In one step it would lock the table while it is built.
/// </summary>
/// <param name="IndexSql">Builds the index under the constraint's name.</param>
/// <param name="ConstraintSql">Makes the constraint of it, and all that the entry says of it further.</param>
/// <remarks>https://www.postgresql.org/docs/current/sql-altertable.html (<c>ADD table_constraint_using_index</c>)</remarks>
internal sealed record UniqueConstraintStatement(string IndexSql, string ConstraintSql)
{
    /// <summary>Null for what has no such form: exclusion constraints, and keys <c>WITHOUT OVERLAPS</c>. Partitioned tables refuse it too.</summary>
    public static UniqueConstraintStatement? TrySplit(string sql)
    {
        var statements = SqlStatements.Split(sql);
        var settings = statements.TakeWhile(StorageDefaults.IsOne).ToList();
        return statements.Length > settings.Count && Read(statements[settings.Count]) is { } constraint
            ? new UniqueConstraintStatement(
                string.Join('\n', [.. settings, constraint.ToIndex()]),
                string.Join('\n', [constraint.ToConstraint(), .. statements.Skip(settings.Count + 1)]))
            : null;
    }

    private static Parts? Read(string sql)
    {
        var tokens = SqlScanner.Scan(sql).ToList();
        var add = tokens.FindIndex(token => token.IsWord(sql, "ADD"));
        if (add < 4 || !Words(0, "ALTER", "TABLE", "ONLY") || !Words(add, "ADD", "CONSTRAINT") || !tokens[^1].IsSymbol(sql, ';'))
        {
            return null;
        }

        var isPrimary = Words(add + 3, "PRIMARY", "KEY");
        var columns = tokens.FindIndex(token => token.IsSymbol(sql, '('));
        var treatment = isPrimary || Words(add + 3, "UNIQUE") ? Between(add + (isPrimary ? 5 : 4), columns) : null;
        if (columns < 0 || treatment is not ("" or "NULLS NOT DISTINCT"))
        {
            return null;
        }

        var include = ClosingOf(columns) + 1;
        var options = Words(include, "INCLUDE") ? ClosingOf(include + 1) + 1 : include;
        var checking = Words(options, "WITH") ? ClosingOf(options + 1) + 1 : options;
        return Enumerable.Range(columns, include - columns).Any(i => Words(i, "WITHOUT", "OVERLAPS"))
            || !(checking == tokens.Count - 1 || Words(checking, "DEFERRABLE"))
            ? null
            : new Parts(
                Between(3, add),
                tokens[add + 2].In(sql).ToString(),
                isPrimary ? "PRIMARY KEY" : "UNIQUE",
                Between(columns, options),
                treatment,
                Between(options, checking),
                Between(checking, tokens.Count - 1));

        bool Words(int from, params ReadOnlySpan<string> words)
        {
            for (var i = 0; i < words.Length; i++)
            {
                if (from + i >= tokens.Count || !tokens[from + i].IsWord(sql, words[i]))
                {
                    return false;
                }
            }

            return true;
        }

        string Between(int first, int end) => first >= end ? "" : sql[tokens[first].Start..tokens[end - 1].End];

        int ClosingOf(int opening)
        {
            var (i, depth) = (opening, 0);
            do
            {
                depth += tokens[i].IsSymbol(sql, '(') ? 1 : tokens[i].IsSymbol(sql, ')') ? -1 : 0;
                i++;
            }
            while (depth > 0 && i < tokens.Count);
            return i - 1;
        }
    }

    /// <param name="Columns">With those that are included.</param>
    /// <param name="Checking">When it is checked; empty for at once.</param>
    private sealed record Parts(string Table, string Name, string Kind, string Columns, string NullTreatment, string Options, string Checking)
    {
        public string ToIndex() => $"{Join("CREATE UNIQUE INDEX", Name, "ON", Table, Columns, NullTreatment, Options)};";

        public string ToConstraint() => $"{Join("ALTER TABLE ONLY", Table, "ADD CONSTRAINT", Name, Kind, "USING INDEX", Name, Checking)};";

        private static string Join(params IEnumerable<string> parts) => string.Join(' ', parts.Where(part => part.Length > 0));
    }
}
