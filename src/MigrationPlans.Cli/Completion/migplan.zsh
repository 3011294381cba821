# Completion of migplan for zsh, after compinit: source <(migplan completion zsh)
_migplan() {
  local -a suggestions
  suggestions=("${(@f)$("${words[1]}" "[suggest:$CURSOR]" "$BUFFER" 2>/dev/null)}")
  compadd -a suggestions
  _files
}
compdef _migplan migplan
