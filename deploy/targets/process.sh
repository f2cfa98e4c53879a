# For deploy/roll_out: processes on one machine, without containers. RELEASE is a folder with the program `tenure` and
# the estate file `estate.yaml`. The new version is started beside the old one, on a port of its own; the old one ends
# when the new one is kept.
#
#   TENURE_RUN   a folder: what serves is in `current` (release), `pid` and `url`, from which a proxy takes the address
# shellcheck shell=bash

: "${RELEASE:?a folder, as the second argument}" "${TENURE_RUN:?}"
mkdir -p "$TENURE_RUN"
next_pid=

# Whether the process of the file still runs.
is_running() { [[ -s $1 ]] && kill -0 "$(cat "$1")" 2>/dev/null; }

migrate() { "$RELEASE/tenure" migrate --estate "$RELEASE/estate.yaml"; }
start() {
  local line log=$TENURE_RUN/next.log
  rm -f "$TENURE_RUN/next.out" "$TENURE_RUN/next.url"
  mkfifo "$TENURE_RUN/next.out"
  "$RELEASE/tenure" serve --estate "$RELEASE/estate.yaml" --listen 127.0.0.1:0 </dev/null >"$TENURE_RUN/next.out" 2>"$log" &
  next_pid=$!
  exec {output}<"$TENURE_RUN/next.out"
  rm -f "$TENURE_RUN/next.out"
  while IFS= read -r line <&"$output"; do
    [[ $line == 'listening on '* ]] && {
      echo "${line#listening on }" >"$TENURE_RUN/next.url"
      # Nothing that it prints later may block it.
      cat <&"$output" >>"$log" 2>/dev/null &
      disown -a
      return 0
    }
  done
  tail -n 5 "$log" >&2
  return 1
}
address() { cat "$TENURE_RUN/next.url"; }
take_back() {
  [[ $next_pid ]] && kill "$next_pid" 2>/dev/null
  is_running "$TENURE_RUN/pid"
}
keep() {
  local old=
  is_running "$TENURE_RUN/pid" && old=$(cat "$TENURE_RUN/pid")
  # What reads the address finds either the old one or the new one.
  echo "$next_pid" >"$TENURE_RUN/pid.new" && mv "$TENURE_RUN/pid.new" "$TENURE_RUN/pid"
  mv "$TENURE_RUN/next.url" "$TENURE_RUN/url"
  ln -sfn "$RELEASE" "$TENURE_RUN/current"
  [[ $old ]] && kill "$old"
  return 0
}
