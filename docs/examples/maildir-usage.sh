#!/bin/sh
# Tells Gatehouse what one Maildir occupies:
#
#   GATEHOUSE=https://account.example.org TOKEN=gha_… maildir-usage.sh USERNAME ADDRESS MAILDIR [QUOTA]
#
# QUOTA is in bytes; without it the Maildir's own (maildirsize, as Courier and Dovecot write it), else
# unlimited. Safe to run again, for example from cron. Needs curl; the token needs USAGE_WRITE.
set -eu

username=$1 address=$2 maildir=$3 quota=${4:-}
case "$username$address" in *[\"\\]*) echo "names must not contain quotes" >&2; exit 2 ;; esac

used=$(($(du -sk "$maildir" | cut -f1) * 1024))
if [ -z "$quota" ] && [ -r "$maildir/maildirsize" ]; then
  quota=$(sed -n '1s/^\([0-9]*\)S.*/\1/p' "$maildir/maildirsize")
fi

body=$(printf '{"query":"%s","variables":{"input":{"username":"%s","address":"%s","usedBytes":%s,"quotaBytes":%s}}}' \
  'mutation ($input: EmailAccountInput!) { putEmailAccount(input: $input) { address usedBytes quotaBytes } }' \
  "$username" "$address" "$used" "${quota:--1}")

# The token goes in by standard input: other users of this machine can read arguments.
answer=$(printf 'header = "authorization: Bearer %s"\n' "$TOKEN" |
  curl -sS --max-time 30 --config - -H 'content-type: application/json' --data "$body" "$GATEHOUSE/graphql")
echo "$answer"
case $answer in *'"errors"'*) exit 1 ;; esac
