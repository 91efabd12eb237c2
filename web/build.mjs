// node build.mjs OUTPUT STAMP: bundle page.js with three into one classic script that begins with STAMP and three's licence.

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
