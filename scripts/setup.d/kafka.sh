# shellcheck shell=bash
# Kafka's jars, as testbed/kafka/pom.xml has them.

check() { [ -f "$kafka_home/libs/kafka_2.13-$kafka_version.jar" ]; }

install() {
  rm -rf "$kafka_home.partial"
  mvn -B -q -f testbed/kafka/pom.xml -Dkafka.version="$kafka_version" \
    org.apache.maven.plugins:maven-dependency-plugin:3.9.0:copy-dependencies \
    -DincludeScope=runtime -DoutputDirectory="$kafka_home.partial/libs"
  rm -rf "$kafka_home"
  mv "$kafka_home.partial" "$kafka_home"
}

remedy() { printf 'Maven and a reachable Maven Central are needed'; }
