#!/bin/sh
# Makes an app password for $NEXTCLOUD_USER in $APP_PASSWORD_FILE, readable by $APP_PASSWORD_OWNER only; once.
set -eu
[ -s "$APP_PASSWORD_FILE" ] && exit 0

password=$(su -p www-data -s /bin/sh -c 'php /var/www/html/occ --no-interaction user:auth-tokens:add "$NEXTCLOUD_USER"' | tail -n 1)
[ "${#password}" -ge 20 ] || {
  echo 'Nextcloud gave no app password.' >&2
  exit 1
}
umask 077
printf '%s' "$password" >"$APP_PASSWORD_FILE.new"
chown "$APP_PASSWORD_OWNER:$APP_PASSWORD_OWNER" "$APP_PASSWORD_FILE.new"
mv "$APP_PASSWORD_FILE.new" "$APP_PASSWORD_FILE"
