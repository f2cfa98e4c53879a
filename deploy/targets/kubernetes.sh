# For deploy/roll_out: a Deployment on Kubernetes, as deploy/kubernetes/ describes it. RELEASE is the image.
#
#   TENURE_OVERLAY    dev, uat or production: a folder of deploy/kubernetes/overlays
#   TENURE_URL        where the deployment is reached
#   MIGRATE_TIMEOUT   how many seconds the migration may take, 900
# shellcheck shell=bash

: "${RELEASE:?the image, as the second argument}" "${TENURE_OVERLAY:?}" "${TENURE_URL:?}"
kubernetes=$(cd "$(dirname "${BASH_SOURCE[0]}")/../kubernetes" && pwd)
namespace=tenure-$TENURE_OVERLAY
rendered=$(mktemp)
trap 'rm -f "$rendered"' EXIT

# The overlay with this image in it.
kubectl kustomize "$kubernetes/overlays/$TENURE_OVERLAY" | sed "s|image: tenure:latest$|image: $RELEASE|" >"$rendered"

# One document kind after the other: the migration must not meet a Deployment that is already new.
of_kind() { kubectl apply --namespace "$namespace" --selector "tenure/step=$1" --filename "$rendered"; }

migrate() {
  local end=$((SECONDS + ${MIGRATE_TIMEOUT:-900})) condition
  of_kind settings || return 1
  kubectl delete job tenure-migrate --namespace "$namespace" --ignore-not-found --wait=true || return 1
  of_kind migrate || return 1
  while ((SECONDS < end)); do
    condition=$(kubectl get job tenure-migrate --namespace "$namespace" \
      --output 'jsonpath={range .status.conditions[?(@.status=="True")]}{.type} {end}') || return 1
    case $condition in
      *Failed*) break ;;
      *Complete*) return 0 ;;
    esac
    sleep 1
  done
  kubectl logs job/tenure-migrate --namespace "$namespace" --tail 50 >&2 || true
  return 1
}
start() {
  of_kind serve || return 1
  kubectl rollout status deployment/tenure --namespace "$namespace" --timeout "${HEALTH_TIMEOUT:-120}s"
}
take_back() {
  kubectl rollout undo deployment/tenure --namespace "$namespace" || return 1
  kubectl rollout status deployment/tenure --namespace "$namespace" --timeout "${HEALTH_TIMEOUT:-120}s"
}
address() { echo "$TENURE_URL"; }
