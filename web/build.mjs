// node build.mjs OUTPUT STAMP: bundles page.js with three into one classic script.
//
// It begins with STAMP, by which hatch_build.py knows whether it is of these sources, and with
// three's licence.

import { readFileSync } from "node:fs";
import { build } from "esbuild";

const [outfile, stamp] = process.argv.slice(2);
const { version } = JSON.parse(readFileSync("node_modules/three/package.json", "utf8"));
const licence = readFileSync("node_modules/three/LICENSE", "utf8").trim();

await build({
  entryPoints: ["page.js"],
  outfile,
  bundle: true,
  minify: true,
  format: "iife",
  target: "es2022",
  legalComments: "none",
  logLevel: "warning",
  banner: { js: `/* ${stamp}\nthree.js ${version}\n${licence} */` },
});
