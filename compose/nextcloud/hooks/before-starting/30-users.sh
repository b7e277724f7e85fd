#!/bin/sh
# alice, as whom the single-user gateway acts, and bob where two people are wanted; at Keycloak they have the same names
# and passwords.
set -eu
occ() { php /var/www/html/occ --no-interaction "$@"; }

add() {
  if [ -s "/run/secrets/$1-password" ] && ! occ user:info "$1" >/dev/null 2>&1; then
    OC_PASS=$(cat "/run/secrets/$1-password")
    export OC_PASS
    occ user:add --password-from-env --display-name="$2" "$1"
  fi
}

add alice 'Alice Example'
add bob 'Bob Example'
