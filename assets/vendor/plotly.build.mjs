// Makes plotly-contour.min.js: of plotly.js what Ravine's page draws at once, which is scatter and
// contour. In an empty folder, with the version that the Python package plotly has in it:
//   npm install plotly.js@4.1.1 esbuild esbuild-plugin-environment esbuild-plugin-inline-css
//   node plotly.build.mjs
// plotly.js's own cartesian bundle is a fifth larger, and takes three times as long to start.

import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { environmentPlugin } from "esbuild-plugin-environment";
import css from "esbuild-plugin-inline-css";

const { version } = JSON.parse(readFileSync("node_modules/plotly.js/package.json"));
const head = `/**
* plotly.js (scatter and contour - minified) v${version}
* Copyright 2012-2026, Plotly, Inc.
* All rights reserved.
* Licensed under the MIT license
*/`;
await build({
  stdin: {
    contents: `
      const Plotly = require("plotly.js/lib/core");
      Plotly.register([require("plotly.js/lib/contour")]);
      module.exports = Plotly;`,
    resolveDir: ".",
  },
  outfile: "plotly-contour.min.js",
  format: "iife",
  globalName: "Plotly",
  bundle: true,
  minify: true,
  legalComments: "none",
  target: "es2022",
  banner: { js: head },
  plugins: [css(), environmentPlugin({ NODE_DEBUG: false })],
  define: { global: "window", "define.amd": "false" },
});
