'use strict';
/*
 * What is built from the sources: JavaScript for Node by the TypeScript compiler, the screens by Vite.
 *
 * In: the working tree. Out: `dist` folders, each with a stamp of what it was made from. The promise: nothing is built twice, and
 * what is served is never half of a build.
 */
const fs = require('fs');
const path = require('path');
const { readJson, sha256, walk } = require('./files.cjs');

const ROOT = path.dirname(path.dirname(__dirname));
const CACHE = path.join(ROOT, '.cache');
const BUILT = path.join(CACHE, 'built.json');
const WEB = path.join(ROOT, 'apps', 'web');
const WEB_BUILT = path.join(CACHE, 'web-built.json');

module.exports = { isUpToDate: isUpToDate, bringUpToDate: bringUpToDate };

function isUpToDate() {
  const stamp = readJson(BUILT);
  return (
    stamp !== undefined &&
    stamp.sources === sourcesFingerprint() &&
    projects().every((folder) => fs.existsSync(path.join(folder, 'dist'))) &&
    webIsBuilt()
  );
}

/* Whether the screens are there as their sources want them; a checkout without them needs none. */
function webIsBuilt() {
  const stamp = readJson(WEB_BUILT);
  if (!fs.existsSync(path.join(WEB, 'package.json'))) return true;
  return stamp !== undefined && stamp.sources === webFingerprint() && fs.existsSync(path.join(WEB, 'dist', 'index.html'));
}

/* The screens take in the packages of ours that they name, from their sources. */
function webFingerprint() {
  const files = ['index.html', 'package.json', 'vite.config.ts'].map((name) => path.join(WEB, name));
  files.push(path.join(ROOT, 'package-lock.json'));
  ['public', 'build'].forEach((folder) => walk(path.join(WEB, folder), (file) => files.push(file)));
  const wanted = Object.keys((readJson(path.join(WEB, 'package.json')) || {}).dependencies || {});
  const own = wanted.filter((name) => name.indexOf('@elira/') === 0).map((name) => name.slice('@elira/'.length));
  const places = own.map((name) => [path.join(ROOT, 'packages', name), path.join(ROOT, 'apps', name)]);
  const folders = [].concat.apply([WEB], places);
  folders.forEach((folder) => walk(path.join(folder, 'src'), (file) => files.push(file)));
  return fingerprint(files);
}

/* The TypeScript projects of tsconfig.build.json, as folders. */
function projects() {
  const config = readJson(path.join(ROOT, 'tsconfig.build.json')) || {};
  return (config.references || []).map((reference) => path.join(ROOT, reference.path));
}

/* Names, sizes and times of everything the build reads, as one hash. */
function sourcesFingerprint() {
  const files = ['package-lock.json', 'tsconfig.base.json', 'tsconfig.build.json'].map((name) => path.join(ROOT, name));
  for (const folder of projects()) {
    files.push(path.join(folder, 'package.json'), path.join(folder, 'tsconfig.json'));
    walk(path.join(folder, 'src'), (file) => files.push(file));
  }
  return fingerprint(files);
}

/* Names, sizes and times. */
function fingerprint(files) {
  const facts = files.sort().map((file) => {
    const stat = fs.existsSync(file) ? fs.statSync(file) : { size: -1, mtimeMs: 0 };
    return [path.relative(ROOT, file), stat.size, stat.mtimeMs].join(' ');
  });
  return sha256(facts.join('\n'));
}

/* Builds what is out of date, both sides at once. Resolves to the exit code and output of what failed, if anything. */
function bringUpToDate(capture) {
  return Promise.all([compileNode(capture), webIsBuilt() ? done() : compileWeb(capture)]).then(
    (results) => results.filter(failed)[0] || results[0]
  );
}

function compileNode(capture) {
  const sources = sourcesFingerprint();
  const whole = projects().every((folder) => fs.existsSync(path.join(folder, 'dist')));
  const stamp = readJson(BUILT);
  if (whole && stamp !== undefined && stamp.sources === sources) return done();
  const tsc = path.join(ROOT, 'node_modules', 'typescript', 'bin', 'tsc');
  const args = [tsc, '-b', 'tsconfig.build.json'].concat(whole ? [] : ['--force']);
  return capture(process.execPath, args, false).then(stamped(BUILT, sources));
}

/* In a folder beside the one that is served, so that no server finds half a build. */
function compileWeb(capture) {
  const sources = webFingerprint();
  const fresh = path.join(CACHE, 'web-dist');
  const vite = path.join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const args = [vite, 'build', WEB, '--logLevel', 'warn', '--outDir', fresh, '--emptyOutDir'];
  return capture(process.execPath, args, false).then((result) => {
    if (failed(result)) return result;
    fs.rmSync(path.join(WEB, 'dist'), { recursive: true, force: true });
    fs.renameSync(fresh, path.join(WEB, 'dist'));
    return stamped(WEB_BUILT, sources)(result);
  });
}

function stamped(file, sources) {
  return (result) => {
    if (failed(result)) return result;
    fs.mkdirSync(CACHE, { recursive: true });
    fs.writeFileSync(file, JSON.stringify({ sources: sources }));
    return result;
  };
}

function done() {
  return Promise.resolve({ code: 0, output: '' });
}

function failed(result) {
  return result.code !== 0;
}
