#!/bin/sh
# Once, after the installation: what an administrator may change later without us changing it back.
set -eu
occ() { php /var/www/html/occ --no-interaction "$@"; }

occ app:disable firstrunwizard
occ config:system:set skeletondirectory --value=
