#!/bin/bash
# Gradescope runs this once, as root, when it makes the image: the toolchain, and everything built that a submission needs.
set -euo pipefail
version=6.3.1
source /etc/os-release
case "$(uname -m)" in aarch64) suffix=-aarch64 ;; *) suffix="" ;; esac

apt-get update -qq
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq curl git libpng-dev pkg-config unzip binutils g++ libc6-dev \
  libcurl4-openssl-dev libedit2 libpython3-dev libsqlite3-0 libxml2-dev libz3-dev tzdata zlib1g-dev
if ! command -v swift >/dev/null; then
  system=ubuntu$VERSION_ID$suffix
  curl -fsSL "https://download.swift.org/swift-$version-release/${system//./}/swift-$version-RELEASE/swift-$version-RELEASE-$system.tar.gz" \
    | tar -xz -C /usr --strip-components=2
fi

# A right submission, so that what is built for it need not be built again for each student's.
cd /autograder/source
warm=$(mktemp -d)
cp -r solutions "$warm/exercises"
./course grade "$warm" --hidden --format gradescope --out "$warm/reports"
rm -rf "$warm"
