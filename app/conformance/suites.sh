# shellcheck shell=bash
# What the scripts that play client libraries' own suites share; they source it after they have set $here, $python and $stabbur.
# Postgres runs at port $PORTS (9995) from now on, and everything ends with the script. What servers and suites print is left in
# $LOGS (/tmp).
bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -n 1)
port=${PORTS:-9995}
password=password-of-the-suites
work=$(mktemp -d)
chmod 755 "$work"
mkdir "$work/postgres"
as=()
if [ "$(id -u)" = 0 ]; then
  as=(setpriv --reuid=postgres --regid=postgres --clear-groups --)
  chown postgres "$work/postgres"
fi
started=()
finish() {
  for pid in "${started[@]}"; do kill "$pid" 2>/dev/null || true; done
  for pid in "${started[@]}"; do wait "$pid" 2>/dev/null || true; done
  "${as[@]}" "$bin/pg_ctl" stop -s -m fast -D "$work/postgres/data" 2>/dev/null || true
  cp "$work"/*.log "${LOGS:-/tmp}" 2>/dev/null || true
  rm -rf "$work"
}
trap finish EXIT

echo "$password" > "$work/password" && chmod 644 "$work/password"
(cd "$work" && "${as[@]}" "$bin/initdb" -A scram-sha-256 -U supabase_admin --pwfile="$work/password" -E UTF8 --locale=C.UTF-8 \
  -D "$work/postgres/data" >"$work/initdb.log")
(cd "$work" && "${as[@]}" "$bin/pg_ctl" start -s -w -D "$work/postgres/data" -l "$work/postgres/log" \
  -o "-c port=$port -c listen_addresses=127.0.0.1 -c unix_socket_directories='' -c wal_level=logical -c max_connections=400")
sql() { PGPASSWORD=$password psql -q -h 127.0.0.1 -p "$port" -U supabase_admin -v ON_ERROR_STOP=1 "$@"; }

# await URL LOG: waits until it answers.
await() {
  for _ in $(seq 600); do
    curl -sf -o /dev/null "$1" && return
    sleep 0.2
  done
  echo "nothing answers at $1:" >&2
  tail -n 20 "$2" >&2
  exit 1
}

# configuration DATABASE PORT: what each server needs beside its own settings, one line after `stabbur:` and those of the project
# last.
configuration() {
  cat <<YAML
stabbur:
  public-url: http://localhost:$2
  gateway: { require-api-key: false }
  projects:
    default:
      database-url: postgresql://127.0.0.1:$port/$1
      admin-user: supabase_admin
      admin-password: $password
      api-password: $password
      master-key: $(head -c 32 /dev/zero | base64)
YAML
}

# auth_servers COMPOSE: the four servers of a suite's docker-compose.yml on one database, with its variables, and a mail server
# that takes everything.
auth_servers() {
  sql -c "create database auth" postgres
  "$python" -m aiosmtpd -n -l 127.0.0.1:2500 -c aiosmtpd.handlers.Sink >"$work/mail.log" 2>&1 &
  started+=($!)
  local name its
  for name in gotrue autoconfirm disabled autoconfirm_with_asymmetric_keys; do
    "$python" - "$1" "$name" >"$work/$name.env" <<'PYTHON'
import re, shlex, sys
service, variables = "", {}
with open(sys.argv[1]) as file:
    for line in file:
        if named := re.match(r"  (\w+):", line):
            service = named[1]
        elif service == sys.argv[2] and (entry := re.match(r"      ([A-Z_]+): (.*)", line)):
            variables[entry[1]] = entry[2].strip().strip("'\"")
variables |= {"GOTRUE_SMTP_HOST": "127.0.0.1"}
del variables["DATABASE_URL"]
for name, value in variables.items():
    print(f"export {name}={shlex.quote(re.sub(r'[$][{].*?[}]', '', value))}")
PYTHON
    its=$(sed -n 's/^export PORT=//p' "$work/$name.env")
    {
      configuration auth "$its"
      cat <<YAML
  auth:
    path: /
    limits: { token: 0, verify: 0, otp: 0, anonymous: 0, factor: 0, sso: 0, oauth: 0, oauth-registration: 0, passkey: 0 }
YAML
    } >"$work/$name.yml"
    (
      # shellcheck disable=SC1090 # just written
      . "$work/$name.env"
      exec $stabbur up --port "$its" --config "$work/$name.yml" --data "$work/$name" >"$work/$name.log" 2>&1
    ) &
    started+=($!)
    await "http://127.0.0.1:$its/health" "$work/$name.log"
  done
}
