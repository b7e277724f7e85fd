#!/bin/bash
# Keycloak takes its secrets from the environment only; they come from files here.
set -euo pipefail
KC_BOOTSTRAP_ADMIN_PASSWORD=$(</run/secrets/keycloak-admin-password)
GATEWAY_CLIENT_SECRET=$(</run/secrets/gateway-client-secret)
NEXTCLOUD_CLIENT_SECRET=$(</run/secrets/nextcloud-client-secret)
ALICE_PASSWORD=$(</run/secrets/alice-password)
BOB_PASSWORD=$(</run/secrets/bob-password)
export KC_BOOTSTRAP_ADMIN_PASSWORD GATEWAY_CLIENT_SECRET NEXTCLOUD_CLIENT_SECRET ALICE_PASSWORD BOB_PASSWORD
exec /opt/keycloak/bin/kc.sh start-dev --import-realm
