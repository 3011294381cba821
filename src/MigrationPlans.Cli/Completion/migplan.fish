# Completion of migplan for fish: migplan completion fish | source
function __migplan_suggest
  set -l line (commandline -cp)
  migplan "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
end
complete -c migplan -a '(__migplan_suggest)'
