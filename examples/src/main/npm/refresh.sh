#!/usr/bin/env bash
# Fetches the players pinned in package.json from npm and copies them, with their licences, into the demo page's resources.
set -euo pipefail
cd "$(dirname "$0")"
npm ci --ignore-scripts --no-progress
to=../resources/io/headend/examples/web/players
mkdir -p "$to"
# Without the source map comment: the maps are not packaged.
strip() { sed -e 's|^//# sourceMappingURL=.*$||' "$1" >"$to/$2"; }
strip node_modules/hls.js/dist/hls.min.js hls.min.js
strip node_modules/shaka-player/dist/shaka-player.compiled-es2021.js shaka-player.js
strip node_modules/dashjs/dist/modern/umd/dash.mediaplayer.min.js dash.mediaplayer.min.js
cp node_modules/hls.js/LICENSE "$to/hls.LICENSE"
cp node_modules/shaka-player/LICENSE "$to/shaka-player.LICENSE"
cp node_modules/dashjs/LICENSE.md "$to/dash.LICENSE"
cat node_modules/dashjs/dist/modern/umd/dash.mediaplayer.min.js.LICENSE.txt >>"$to/dash.LICENSE"
rm -rf node_modules
du -b "$to"/*
