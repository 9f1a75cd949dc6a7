// Bundles src/*.js into OUT and writes the licences of all that went in. usage: node build.mjs OUT
import { readFile, readdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = path.dirname(fileURLToPath(import.meta.url));
const out = path.resolve(process.argv[2] ?? path.join(here, "dist"));

const sources = (await readdir(path.join(here, "src"))).filter((name) => name.endsWith(".js"));
const result = await build({
  absWorkingDir: here,
  entryPoints: sources.map((name) => `src/${name}`),
  outdir: out,
  bundle: true,
  minify: true,
  sourcemap: true,
  format: "iife",
  target: ["chrome109", "firefox115", "safari16"],
  define: { global: "window", "process.env.NODE_ENV": '"production"' },
  legalComments: "none", // all licences stand in LICENSES.txt
  metafile: true,
  logLevel: "warning",
});

/** The folder node_modules/NAME or node_modules/@SCOPE/NAME of a bundled file. */
const packageOf = (file) => file.match(/^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//)?.[1];
const packages = [...new Set(Object.keys(result.metafile.inputs).map(packageOf).filter(Boolean))].sort();

/** Licence files of a package, those in its folder `licenses` included. */
async function licenceTexts(folder) {
  const entries = await readdir(folder, { withFileTypes: true });
  const wanted = entries.filter((e) => /^(licen[cs]e|notice)/i.test(e.name)).sort((a, b) => (a.name < b.name ? -1 : 1));
  const texts = [];
  for (const entry of wanted) {
    const file = path.join(folder, entry.name);
    if (entry.isFile()) texts.push(await readFile(file, "utf8"));
    else for (const name of await readdir(file)) texts.push(await readFile(path.join(file, name), "utf8"));
  }
  return texts;
}

const notes = [];
for (const folder of packages.map((name) => path.join(here, name))) {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, "package.json"), "utf8"));
  const texts = await licenceTexts(folder);
  notes.push(`${name} ${version} (${license ?? "see below"})\n\n${texts.join("\n\n").trim() || "No licence text is shipped."}\n`);
}
await writeFile(path.join(out, "LICENSES.txt"), `Third-party code in these bundles\n\n${notes.join(`\n${"=".repeat(72)}\n\n`)}`);
