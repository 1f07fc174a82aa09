#!/bin/bash
# Power cuts: nothing that the daemon has told anybody may be missing afterwards.
#
#   tests/faults/powercut.sh HARNESS [ROUNDS]
#
# HARNESS is a program that simulates power cuts. Called as `HARNESS ROUNDS 'WRITER' 'VERIFY'`, it
# runs WRITER with $STATE (a directory on a file system of its own) and $ACKS (a file elsewhere), and
# at a random moment takes what the file system's device holds, without what was only in memory. VERIFY
# runs with $STATE as the device held it and $ACKS as it was just before; it fails where something
# is missing. Such a harness usually needs root, loop devices and a file system with reflinks
# (xfsprogs); this script needs jq. AFTER=SECONDS (default 3) is the shortest time before a cut,
# RATE (default 100) how many reports a second are dropped, BUILT=DIR a directory with programs built
# already (default: a release build is made).
#
# WRITER: a daemon with its data in $STATE; reports are dropped steadily; every receipt and
# every verdict that a watching client is told of becomes a line of $ACKS: "id sha256 outcome".
# VERIFY: a daemon on what is left must start by itself, list every line of $ACKS unchanged, still
# have the original of each under its hash, and in the end judge all it had received.
set -eu

self=$(realpath "$0")
root=$(dirname "$self")/../..

# Starts a daemon on $STATE/data and $1/inbox; sets $daemon and $server.
start() {
  mkdir -p "$1/inbox"
  cat >"$1/nianbao.toml" <<-TOML
	data = "$STATE/data"
	[[folder]]
	name = "inbox"
	path = "$1/inbox"
	settle = "0s"
	settle_renamed = "0s"
	[grpc]
	listen = "127.0.0.1:0"
	TOML
  mkfifo "$1/greeting"
  "$NIANBAO" --config "$1/nianbao.toml" serve >"$1/greeting" 2>"$1/log" &
  daemon=$!
  exec 3<"$1/greeting"
  local first
  read -r first <&3 || { echo "the daemon did not start: $(tail -n 1 "$1/log")"; exit 1; }
  cat <&3 >/dev/null &
  server=${first##*接口 }
}

write() {
  local dir
  dir=$(mktemp -d -p "$WORK")
  start "$dir"
  "$NIANBAO" watch --server "$server" --format json |
    jq --unbuffered -r '.submission // empty | "\(.id) \(.sha256) \(.outcome // "-")"' >>"$ACKS" &
  "$DROP" "$dir/inbox" 100000 "${RATE:-100}"
}

# Every submission as a line of $ACKS.
listed() {
  "$NIANBAO" list --server "$server" --all --limit 1000000 --format json |
    jq -r '"\(.id) \(.sha256) \(.outcome // "-")"'
}

verify() {
  local dir id sha outcome
  dir=$(mktemp -d -p "$WORK")
  start "$dir"
  trap 'kill -9 "$daemon" 2>/dev/null' EXIT # where a check fails
  # What was received before the cut may be judged by now, so only the verdicts are compared whole.
  listed | sort >"$dir/listed"
  [ -s "$dir/listed" ] || [ ! -s "$ACKS" ] || { echo "the store is empty"; exit 1; }
  while read -r id sha outcome; do
    [ "$outcome" = - ] && outcome="[a-z_-]*"
    grep -qx "$id $sha $outcome" "$dir/listed" || { echo "missing: $id $sha $outcome"; exit 1; }
    echo "$sha  $STATE/data/spool/${sha:0:2}/$sha" >>"$dir/originals"
  done <"$ACKS"
  [ ! -e "$dir/originals" ] || sha256sum --quiet -c "$dir/originals"
  local tries=0
  while listed | grep -q ' -$'; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || { echo "received and never judged: $(listed | grep -c ' -$')"; exit 1; }
    sleep 0.1
  done
  kill "$daemon"
  wait "$daemon" || { echo "the daemon did not stop well: $(tail -n 1 "$dir/log")"; exit 1; }
  trap - EXIT
  local opened
  opened=$(grep -o 'Opened {[^}]*}' "$dir/log" | head -n 1)
  echo "acknowledged=$(wc -l <"$ACKS") verdicts=$(grep -vc ' -$' "$ACKS") $opened" >>"$WORK/rounds"
}

case ${1-} in
write | verify) "$1" ;;
'') sed -n '2,/^set/{/^#/p}' "$self"; exit 64 ;;
*)
  cd "$root"
  [ -n "${BUILT-}" ] || cargo build --release --bin nianbao --example drop_reports
  built=$(realpath "${BUILT:-target/release}")
  export NIANBAO=$built/nianbao DROP=$built/examples/drop_reports
  export AFTER=${AFTER:-3} WORK
  WORK=$(mktemp -d)
  trap 'rm -rf "$WORK"' EXIT
  : >"$WORK/rounds"
  code=0
  "$1" "${2:-10}" "'$self' write" "'$self' verify" || code=$?
  cat "$WORK/rounds"
  exit "$code"
  ;;
esac
