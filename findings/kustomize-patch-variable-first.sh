#!/usr/bin/env bash
# kustomize (kubectl 1.20.2 of Debian 12; the same with kubectl 1.32): a strategic merge patch puts a new environment
# variable before those that the container has. A variable that is patched in and refers to an existing one by $(NAME)
# then stays literal, because Kubernetes expands only variables that stand before it in the list. The patch that adds
# URL=http://$(HOST) to a container with HOST therefore starts it with the text "http://$(HOST)", without any error.
#
# Expected: that a new element is appended, as a JSON patch with "/-" does, so that it may refer to what was there.
#
# Seen, the names in their order:
#   strategic merge patch: URL HOST
#   JSON patch: HOST URL
#
# Needs Debian 12 with apt-get and dpkg; takes kubernetes-client 1.20.5+really1.20.2-1.1+deb12u1.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
chmod 755 .
apt-get download -q=2 kubernetes-client=1.20.5+really1.20.2-1.1+deb12u1 2>/dev/null
dpkg -x kubernetes-client_*.deb client

mkdir merge json
cat > merge/deployment.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: demo}
spec:
  selector: {matchLabels: {app: demo}}
  template:
    metadata: {labels: {app: demo}}
    spec:
      containers:
        - name: demo
          image: demo
          env:
            - {name: HOST, value: example.com}
YAML
cp merge/deployment.yaml json/

cat > merge/kustomization.yaml <<'YAML'
resources: [deployment.yaml]
patchesStrategicMerge: [patch.yaml]
YAML
cat > merge/patch.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: demo}
spec:
  template:
    spec:
      containers:
        - name: demo
          env:
            - {name: URL, value: "http://$(HOST)"}
YAML

cat > json/kustomization.yaml <<'YAML'
resources: [deployment.yaml]
patchesJson6902:
  - target: {group: apps, version: v1, kind: Deployment, name: demo}
    path: patch.yaml
YAML
cat > json/patch.yaml <<'YAML'
- op: add
  path: /spec/template/spec/containers/0/env/-
  value: {name: URL, value: "http://$(HOST)"}
YAML

names() {
  client/usr/bin/kubectl kustomize "$1" | sed -n '/env:/,/image:/s/.*name: //p' | tr '\n' ' ' | sed 's/ $//'
}
{
  echo "strategic merge patch: $(names merge)"
  echo "JSON patch: $(names json)"
} | tee seen
diff seen - <<'SEEN'
strategic merge patch: URL HOST
JSON patch: HOST URL
SEEN
