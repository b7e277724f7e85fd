#!/bin/sh
# Before every start, so that a download that failed is tried again. Ends the start when an app cannot be had.
set -eu
occ() { php /var/www/html/occ --no-interaction "$@"; }

for app in notes deck tables cookbook calendar contacts tasks; do
  # Downloads it from the app store if it is not there yet.
  occ app:enable "$app"
done
