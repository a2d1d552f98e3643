#!/usr/bin/env bash
# kustomize (kubectl 1.20.2 of Debian 12; the same with kubectl 1.32): a JSON patch may be YAML, but not if it is written
# as a flow sequence. A text that begins with "[" is read as JSON, so that names without quotes are refused, although every
# YAML parser reads the same text. As a block sequence of the same flow mappings it is accepted.
#
# Expected: that a patch in YAML is accepted in each form that YAML has, as everywhere else in a kustomization.
#
# Seen:
#   - {op: add, path: /data, value: {a: b}}: accepted
#   [{op: add, path: /data, value: {a: b}}]: invalid character 'o' looking for beginning of object key string
#   [{"op": "add", "path": "/data", "value": {"a": "b"}}]: accepted
#
# Needs Debian 12 with apt-get and dpkg; takes kubernetes-client 1.20.5+really1.20.2-1.1+deb12u1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 .
apt-get download -q=2 kubernetes-client=1.20.5+really1.20.2-1.1+deb12u1 2>/dev/null
dpkg -x kubernetes-client_*.deb client

mkdir app
cat > app/resource.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: example}
YAML
cat > app/kustomization.yaml <<'YAML'
resources: [resource.yaml]
patchesJson6902:
  - target: {version: v1, kind: ConfigMap, name: example}
    path: patch.yaml
YAML

while read -r patch; do
  printf '%s\n' "$patch" >app/patch.yaml
  if client/usr/bin/kubectl kustomize app >rendered 2>errors && grep -q '^  a: b$' rendered; then
    printf '%s: accepted\n' "$patch"
  else
    printf '%s: %s\n' "$patch" "$(sed 's/^Error: //' errors)"
  fi
done <<'PATCHES' | tee seen
- {op: add, path: /data, value: {a: b}}
[{op: add, path: /data, value: {a: b}}]
[{"op": "add", "path": "/data", "value": {"a": "b"}}]
PATCHES
diff seen - <<'SEEN'
- {op: add, path: /data, value: {a: b}}: accepted
[{op: add, path: /data, value: {a: b}}]: invalid character 'o' looking for beginning of object key string
[{"op": "add", "path": "/data", "value": {"a": "b"}}]: accepted
SEEN
