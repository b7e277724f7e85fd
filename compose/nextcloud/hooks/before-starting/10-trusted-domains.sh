#!/bin/sh
# The gateway comes under the service's name, browsers under localhost (which the installer put at place 0).
set -eu
occ() { php /var/www/html/occ --no-interaction "$@"; }

occ config:system:set trusted_domains 1 --value=nextcloud
occ config:system:set trusted_domains 2 --value=127.0.0.1
