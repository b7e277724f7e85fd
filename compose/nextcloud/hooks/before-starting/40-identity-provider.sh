#!/bin/sh
# Only beside Keycloak: Nextcloud accepts the realm's tokens that are meant for it, on every API, and makes accounts for
# users it has not seen. Nextcloud itself stays as it is released.
set -eu
[ -n "${REALM_DISCOVERY_URL:-}" ] || exit 0
occ() { php /var/www/html/occ --no-interaction "$@"; }

occ app:enable user_oidc
# Keycloak's inner address is a private one, which Nextcloud would not ask.
occ config:system:set allow_local_remote_servers --type=boolean --value=true
occ user_oidc:provider keycloak \
  --clientid=nextcloud \
  --clientsecret-file=/run/secrets/nextcloud-client-secret \
  --discoveryuri="$REALM_DISCOVERY_URL" \
  --scope='openid profile email' \
  --unique-uid=0 \
  --mapping-uid=preferred_username \
  --mapping-display-name=name \
  --mapping-email=email \
  --check-bearer=1 \
  --bearer-provisioning=1
