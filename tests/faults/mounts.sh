#!/usr/bin/env bash
# What happens to a folder under the daemon: a writer the kernel does not tell of, an event queue that
# runs over, too few watches, a share that goes away and comes back.
#
#   tests/faults/mounts.sh NIANBAO
#
# NIANBAO is the built binary. Needs root, bindfs and /dev/fuse. Changes fs.inotify limits and puts
# them back. Prints a line per scenario; exits 1 if one failed.
set -u
[ $# -eq 1 ] || { sed -n '2,9p' "$0"; exit 64; }
bin=$(realpath "$1") failed=0 port=50900
base=$(mktemp -d) pid=
limits=/proc/sys/fs/inotify watches=$(cat /proc/sys/fs/inotify/max_user_watches) queue=$(cat /proc/sys/fs/inotify/max_queued_events)
cleanup() {
  [ -n "$pid" ] && { kill -9 "$pid"; wait "$pid"; } 2>/dev/null
  fusermount -u "$base/share/sub" 2>/dev/null
  fusermount -u "$base/share" 2>/dev/null || umount "$base/share" 2>/dev/null
  echo "$watches" >$limits/max_user_watches; echo "$queue" >$limits/max_queued_events
  rm -rf "$base"
}
trap cleanup EXIT

begin() { # a fresh daemon on $base/share
  stop
  rm -rf "$base/data"; mkdir -p "$base/share"; port=$((port + 1))
  cat >"$base/c.toml" <<TOML
data = "data"
[[folder]]
name = "share"
path = "share"
settle = "0s"
settle_renamed = "0s"
poll = "1s"
rescan = "5s"
[grpc]
listen = "127.0.0.1:$port"
TOML
  "$bin" --config "$base/c.toml" serve >"$base/out" 2>>"$base/log" & pid=$!
  for _ in $(seq 100); do grep -q Ctrl-C "$base/out" && return; sleep 0.1; done
  echo "the daemon did not start"; exit 2
}
stop() { [ -n "$pid" ] && { kill -TERM "$pid"; wait "$pid"; }; pid=; }
ask() { "$bin" "$@" --server "127.0.0.1:$port" 2>/dev/null; }
count() { ask list --all --limit 100000 --format json | wc -l; }
reaches() { # NUMBER SECONDS: so many submissions, and no more
  for _ in $(seq $(($2 * 2))); do [ "$(count)" -ge "$1" ] && break; sleep 0.5; done
  [ "$(count)" -eq "$1" ]
}
state() { ask status | grep '^share'; }
becomes() { # PATTERN SECONDS
  for _ in $(seq $(($2 * 2))); do state | grep -q "$1" && return 0; sleep 0.5; done; return 1
}
said() { if [ "$1" -eq 0 ]; then echo "ok      $2"; else echo "FAILED  $2: $(count) submissions; $(state)"; failed=1; fi; }
reports() { for i in $(seq "$2"); do echo "第$3-${i}份" >"$1/r$i.txt"; done; }

mkdir -p "$base/back" "$base/share"
bindfs "$base/back" "$base/share" || exit 2
begin
reports "$base/back" 500 remote
reaches 500 60 && state | grep -q 定期扫描
said $? "a writer behind a fuse mount: 500 files found by polling"

fusermount -u "$base/share"
becomes 不可用 30; gone=$?
echo stray >"$base/share/stray.txt"; sleep 3
[ $gone -eq 0 ] && [ "$(count)" -eq 500 ]
said $? "unmounted under the daemon: unavailable, nothing taken from the bare mount point"
rm "$base/share/stray.txt"
bindfs "$base/back" "$base/share"
echo later >"$base/back/later.txt"
reaches 501 60
said $? "mounted again: goes on, nothing taken twice"
exec 7>"$base/back/slow.txt"
for i in 1 2 3 4; do echo "第$i段" >&7; sleep 1.5; done
exec 7>&-
reaches 502 60; whole=$?; sleep 4
[ $whole -eq 0 ] && [ "$(count)" -eq 502 ]
said $? "a slow writer behind the mount, who pauses: one submission"
stop; fusermount -u "$base/share"; rm -rf "$base/share"

mkdir -p "$base/share/sub" "$base/nested"
bindfs "$base/nested" "$base/share/sub"
begin
becomes 另行挂载 30; polled=$?
reports "$base/nested" 20 nested
reaches 20 60 && [ $polled -eq 0 ]
said $? "a fuse mount inside a local folder: the folder is polled and says why, all found"
stop; fusermount -u "$base/share/sub"; rm -rf "$base/share"

mkdir -p "$base/share/many"; echo 500 >$limits/max_queued_events
begin
becomes 正常 30
kill -STOP "$pid"
reports "$base/share/many" 3000 many
kill -CONT "$pid"
reaches 3000 120
said $? "3000 files while an event queue of 500 runs over: all found"
echo "$queue" >$limits/max_queued_events
stop; rm -rf "$base/share"

mkdir -p "$base/share"; for i in $(seq 400); do mkdir "$base/share/d$i"; done
echo 40 >$limits/max_user_watches
begin
for i in $(seq 400); do echo "第limit-${i}份" >"$base/share/d$i/r.txt"; done
reaches 400 60 && state | grep -q max_user_watches
said $? "40 watches for 400 folders: polled, the limit named, all found"
exit $failed
