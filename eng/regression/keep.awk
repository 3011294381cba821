# A regression test's file as a psql can run it by itself; with -v drops=no without the DROPs at the beginning of a line, so that what the test makes stays.
# Newer releases of psql take what follows a COPY FROM STDIN that failed for its data, up to `\.`, which is missing where the test expects the failure.
function end_of_data(i,    j, text) {
  for (j = i + 1; j <= NR; j++) {
    text = tolower(line[j])
    if (text == "\\.") return j
    if (text ~ /from[ \t]+stdin/) return 0
    if (text ~ /^[ \t]*(copy|select|create|drop|insert|set|grant|revoke|begin|commit|end|rollback|alter|reset|truncate|delete|update|with|explain|analyze|vacuum|savepoint|--|\\[a-z])/ \
      && (text ~ /;/ || text ~ /^--/)) return 0
  }
  return 0
}
{ line[NR] = $0 }
END {
  for (i = 1; i <= NR; i++) {
    text = tolower(line[i])
    # Not in the body of a function.
    if (drops == "no" && !quoted && text ~ /^drop[ \t]/ && text !~ /^drop operator family/) {
      while (line[i] !~ /;[ \t]*(--.*|\/\*.*\*\/[ \t]*)?$/ && i < NR) i++
      continue
    }
    if (gsub(/\$[a-z_]*\$/, "", text) % 2) quoted = !quoted
    print line[i]
    if (text ~ /from[ \t]+stdin/ && text !~ /^[ \t]*--/) {
      while (text !~ /^\\copy/ && line[i] !~ /;[ \t]*(--.*)?$/ && i < NR) print line[++i]
      end = end_of_data(i)
      if (!end) print "\\."
      while (i < end) print line[++i]
    }
  }
}
