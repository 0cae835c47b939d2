# shellcheck shell=bash
# Apicurio Registry, which `testbed demo --registry` starts.

check() { [ -f "$apicurio_home/quarkus-run.jar" ]; }

install() {
  rm -rf "$apicurio_home.partial"
  mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:unpack \
    -Dartifact="io.apicurio:apicurio-registry-app:$apicurio_version:tar.gz:all" -DoutputDirectory="$apicurio_home.partial"
  rm -rf "$apicurio_home"
  mv "$apicurio_home.partial" "$apicurio_home"
}

remedy() { printf 'Maven and a reachable Maven Central are needed'; }
