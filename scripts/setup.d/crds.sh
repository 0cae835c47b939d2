# shellcheck shell=bash
# Strimzi's custom resource definitions, generated from its published artifacts as its release does: of the version the bed
# serves, and of an old one that knows v1beta2 only, for the test that both are understood.

old_version=0.48.0
generator_version=1.2.0

check() { complete "$strimzi_version" && complete "$old_version"; }
complete() { [ -f "$PENSTOCK_TOOLS/crds-$1/049-Crd-kafkarebalance.yaml" ]; }

install() {
  local jars="$PENSTOCK_CACHE/build/crds" model=io.strimzi.api.kafka.model
  mkdir -p "$jars"
  artifact "io.strimzi:crd-generator:$generator_version"
  complete "$strimzi_version" || generate "$strimzi_version" v1 v1
  complete "$old_version" || generate "$old_version" v1beta2 v1beta2
}

artifact() {
  mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy -Dartifact="$1" -DoutputDirectory="$jars"
}

# generate VERSION API-VERSIONS STORAGE-VERSION
generate() {
  local home="$PENSTOCK_TOOLS/crds-$1" pair number=40 arguments=()
  artifact "io.strimzi:api:$1"
  rm -rf "$home.partial"
  mkdir -p "$home.partial"
  for pair in kafka.Kafka connect.KafkaConnect podset.StrimziPodSet topic.KafkaTopic user.KafkaUser nodepool.KafkaNodePool \
    bridge.KafkaBridge connector.KafkaConnector mirrormaker2.KafkaMirrorMaker2 rebalance.KafkaRebalance; do
    local kind=${pair#*.}
    arguments+=("$model.$pair=$home.partial/0$number-Crd-${kind,,}.yaml")
    number=$((number + 1))
  done
  "$(cat "$PENSTOCK_TOOLS/java")" -cp "$jars/api-$1.jar:$jars/crd-generator-$generator_version.jar" \
    io.strimzi.crdgenerator.CrdGenerator --label app:strimzi --label strimzi.io/crd-install:true --target-kube 1.16+ \
    --crd-api-version v1 --api-versions "$2" --storage-version "$3" --yaml "${arguments[@]}"
  rm -rf "$home"
  mv "$home.partial" "$home"
}

remedy() { printf 'Maven, a reachable Maven Central and a Java of at least 21 are needed'; }
