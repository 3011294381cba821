# Programs of other Debian releases, unpacked into a directory and run from there; sourced. Nothing of this machine is changed but two tools that are installed.
# shellcheck shell=bash

say() { printf '%s: %s\n' "$(basename "$0" .sh)" "$*" >&2; }
fail() { say "error: $*"; exit 1; }

# Whether a directory that was filled before is ours: what lies in a place that everybody may write to may be anybody's.
is_ours() {
  local directory
  for directory in "$(dirname "$1")" "$1"; do
    [[ $(stat -c %u "$directory") =~ ^(0|$(id -u))$ ]] || fail "$directory belongs to somebody else; nothing in it is run"
  done
}

need() {
  local tool missing=()
  for tool in debootstrap patchelf; do command -v "$tool" >/dev/null || missing+=("$tool"); done
  if [[ ${#missing[@]} -gt 0 ]]; then
    say "installing ${missing[*]}"
    apt-get update -qq >&2
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >&2 || fail "these could not be installed: ${missing[*]}"
  fi
}

# unpack_debian RELEASE DIRECTORY PACKAGE,…: only the first half of what debootstrap can do: fetch and unpack. No package runs a script.
unpack_debian() {
  local release=$1 root=$2 packages=$3 archive
  [[ $(id -u) -eq 0 ]] || fail "fetching $packages needs root (debootstrap)"
  need
  say "fetching $packages from Debian $release into $root"
  rm -rf "$root"
  mkdir -p "$root"
  debootstrap --variant=minbase --foreign --include="$packages" "$release" "$root" >"$root.log" 2>&1 || fail "debootstrap failed; its messages are in $root.log"
  for archive in "$root"/var/cache/apt/archives/*.deb; do dpkg -x "$archive" "$root"; done
  rm -f "$root"/var/cache/apt/archives/*.deb
}

# make_runnable DIRECTORY PROGRAM…: each is told where the libraries of its release are, so that it runs here as if it were installed.
make_runnable() {
  local root=$1 loader program libraries
  shift
  loader=$(find "$root"/lib/*-linux-gnu*/ "$root"/usr/lib/*-linux-gnu*/ -maxdepth 1 -type f -name 'ld-*.so*' | head -1)
  [[ -n $loader ]] || fail "no loader in $root"
  libraries=$(find "$root/lib" "$root/usr/lib" -maxdepth 1 -type d -name '*-linux-gnu*' | paste -sd: -)
  for program in "$@"; do
    # Some are scripts.
    if [[ $(head -c 4 "$program" | tail -c 3) == ELF ]]; then
      patchelf --set-interpreter "$loader" --force-rpath --set-rpath "$libraries" "$program"
    fi
  done
}
