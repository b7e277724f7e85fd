#!/bin/sh
# alice, as whom the single-user gateway acts; at Keycloak she has the same name and password.
set -eu
occ() { php /var/www/html/occ --no-interaction "$@"; }

if ! occ user:info alice >/dev/null 2>&1; then
  OC_PASS=$(cat /run/secrets/alice-password)
  export OC_PASS
  occ user:add --password-from-env --display-name='Alice Example' alice
fi
