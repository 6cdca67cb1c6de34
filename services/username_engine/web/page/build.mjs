// Bundles the page into ../built, or with --tests its unit tests into built-tests.
//
// Assets are named after their content, so that a browser may keep them for ever; index.html, which
// names them, is asked for each time.

import { build } from "esbuild";
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const EXTENSIONS = { script: ".js", stylesheet: ".css", icon: ".svg" };
const built = path.join(here, "..", "built");

async function buildPage() {
  await rm(built, { recursive: true, force: true });
  const licences = await licencesText();
  const hash = createHash("sha256").update(licences).digest("hex").slice(0, 8).toUpperCase();
  const licencesFile = `licences-${hash}.txt`;
  const notice = `/* Licences: /assets/${licencesFile} */`;
  const { metafile } = await build({
    absWorkingDir: here,
    entryPoints: ["src/main.ts", "src/icon.svg"],
    outdir: path.join(built, "assets"),
    entryNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    format: "esm",
    target: ["es2022"],
    // The licences stand whole in a file of their own.
    legalComments: "none",
    banner: { js: notice, css: notice },
    loader: { ".svg": "copy" },
    metafile: true,
    logLevel: "warning",
  });
  const names = Object.keys(metafile.outputs).map((output) => path.basename(output));
  await writeFile(path.join(built, "index.html"), await shell(names));
  await writeFile(path.join(built, "assets", licencesFile), licences);
}

async function shell(names) {
  const html = await readFile(path.join(here, "src", "index.html"), "utf8");
  return html.replaceAll(/\{\{(script|stylesheet|icon)\}\}/g, (_, kind) => {
    const [name, ...more] = names.filter((each) => path.extname(each) === EXTENSIONS[kind]);
    if (name === undefined || more.length > 0) {
      throw new Error(`one ${kind} was expected, esbuild made: ${names.join(", ")}`);
    }
    return `/assets/${name}`;
  });
}

// What is delivered to browsers keeps its authors' notices.
async function licencesText() {
  const { dependencies } = JSON.parse(await readFile(path.join(here, "package.json"), "utf8"));
  const texts = Object.entries(dependencies).map(async ([name, version]) => {
    const folder = path.join(here, "node_modules", name);
    const file = (await readdir(folder)).find((each) => /^licen[cs]e/i.test(each));
    if (file === undefined) {
      throw new Error(`${name} brings no licence`);
    }
    return `${name} ${version}\n\n${await readFile(path.join(folder, file), "utf8")}`;
  });
  return (await Promise.all(texts)).join("\n\n");
}

async function buildTests() {
  const folder = path.join(here, "built-tests");
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder);
  const tests = (await readdir(path.join(here, "test"))).filter((name) => name.endsWith(".test.ts"));
  await build({
    absWorkingDir: here,
    entryPoints: tests.map((name) => path.join("test", name)),
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    platform: "node",
    format: "esm",
    sourcemap: "inline",
    loader: { ".css": "empty" },
    logLevel: "warning",
  });
}

await (process.argv.includes("--tests") ? buildTests() : buildPage());
