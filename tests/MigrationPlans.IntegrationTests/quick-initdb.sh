#!/bin/sh
# Takes initdb's place for test servers, with the same options: copies TEMPLATE, which the real one has made, and gives the copy what tells
# servers apart, an identity and a password. A fifth of the time; there are hundreds of servers.
set -e
template='TEMPLATE' programs='PROGRAMS'
while [ $# -gt 0 ]; do
  case $1 in
    -D) data=$2; shift ;;
    --pwfile=*) password=$(cat "${1#*=}") ;;
  esac
  shift
done
cp -R "$template" "$data"
chmod 700 "$data"
# The lower half of the system identifier, which is the file's first eight bytes. All of the write-ahead log bears it: that begins anew.
dd if=/dev/urandom of="$data/global/pg_control" bs=4 count=1 conv=notrunc 2>/dev/null
"$programs/pg_resetwal" -f -D "$data" >/dev/null 2>&1
echo "ALTER ROLE migplan PASSWORD '$password'" | "$programs/postgres" --single -D "$data" template1 >/dev/null
