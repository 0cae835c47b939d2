# shellcheck shell=bash
# Apicurio Registry, which `testbed demo` starts.

check() { [ -f "$apicurio_home/quarkus-run.jar" ]; }

install() {
  rm -rf "$apicurio_home.partial"
  # Maven leaves a marker of what it unpacked, without a project in the folder it stands in.
  (
    cd "$PENSTOCK_CACHE/build"
    mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.9.0:unpack \
      -Dartifact="io.apicurio:apicurio-registry-app:$apicurio_version:tar.gz:all" \
      -DmarkersDirectory="$apicurio_home.partial/.markers" -DoutputDirectory="$apicurio_home.partial"
  )
  rm -rf "$apicurio_home"
  mv "$apicurio_home.partial" "$apicurio_home"
}

remedy() { printf 'Maven and a reachable Maven Central are needed'; }
