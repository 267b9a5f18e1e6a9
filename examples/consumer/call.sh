#!/usr/bin/env bash
# Calls an API with one token, which is kept in a file that only you can read. It needs curl 7.55.
set -euo pipefail
umask 077
token_file=${TOKEN_FILE:-$HOME/.api-token}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

if [[ "$CLIENT_ID$CLIENT_SECRET" =~ [^[:graph:]] ]]; then
  echo 'CLIENT_ID and CLIENT_SECRET must be visible ASCII characters.' >&2
  exit 1
fi

# Sends the headers of standard input: other users can see the arguments of a process. Prints the status.
send() {
  curl -q -g -sS --max-time 30 -D "$work/headers" -o "$work/body" -w '%{http_code}' -H @- "$@"
}

# Prints the value of Authorization. A refused one is replaced. The file belongs to one API and one client.
get_token() {
  local refused=${1:-} owner="$API_URL $CLIENT_ID" kept='' renew_at=0 authorization='' sent_at status seconds
  if [ -O "$token_file" ] && [ ! -L "$token_file" ]; then
    { read -r kept && read -r renew_at && read -r authorization; } <"$token_file" || true
  fi
  sent_at=$(date +%s)
  if [ "$kept" != "$owner" ] || [ "$authorization" = "$refused" ] || [ "$sent_at" -ge "$renew_at" ]; then
    status=$(printf 'client-id: %s\nclient-secret: %s\n' "$CLIENT_ID" "$CLIENT_SECRET" |
      send -X POST "$API_URL/auth/jwt") || return
    authorization=$(tr -d '\r' <"$work/headers" | grep -i '^authorization: Bearer ' | cut -d ' ' -f 2-) || true
    seconds=$(sed -n 's/.*"expires_in":\([1-9][0-9]*\).*/\1/p' "$work/body")
    if [ "$status" != 200 ] || [ -z "$authorization" ] || [ -z "$seconds" ]; then
      echo "The token route responded with $status: $(head -c 500 "$work/body")" >&2
      return 1
    fi
    printf '%s\n' "$owner" "$((sent_at + seconds * 8 / 10))" "$authorization" >"$work/token"
    mv "$work/token" "$token_file"
  fi
  printf '%s' "$authorization"
}

# Prints the response of GET $1, and its status in a line of its own. Tries again once after invalid_token.
call() {
  local authorization attempt status
  authorization=$(get_token) || return
  for attempt in first second; do
    status=$(printf 'authorization: %s\n' "$authorization" | send "$1") || return
    [ "$attempt" = first ] && grep -qi '^www-authenticate: .*invalid_token' "$work/headers" || break
    authorization=$(get_token "$authorization") || return
  done
  cat "$work/body"
  printf '\n%s\n' "$status"
}

if [ "${BASH_SOURCE[0]}" = "$0" ]; then
  for _ in 1 2 3; do call "$API_URL/reports"; done
fi
