# For deploy/roll_out: one machine with containers, as deploy/compose/compose.yaml describes it. RELEASE is the image.
# shellcheck shell=bash

: "${RELEASE:?the image, as the second argument}"
compose_file=$(cd "$(dirname "${BASH_SOURCE[0]}")/../compose" && pwd)/compose.yaml
before=$(docker inspect --format '{{.Config.Image}}' tenure-serve 2>/dev/null || true)

compose() { docker compose --file "$compose_file" "$@"; }

migrate() {
  compose up --detach --wait database || return 1
  TENURE_IMAGE=$RELEASE compose run --rm migrate
}
start() { TENURE_IMAGE=$RELEASE compose up --detach --no-deps serve; }
take_back() {
  if [[ ! $before ]]; then
    compose rm --stop --force serve
    return 1
  fi
  TENURE_IMAGE=$before compose up --detach --no-deps serve
}
address() { echo "http://127.0.0.1:${TENURE_PORT:-8714}"; }
