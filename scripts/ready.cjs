'use strict';
/*
 * The door: `npm start`, `npm test` and every other `npm run …` come through here.
 *
 * In: a verb and its arguments, in a checkout that may be empty, old or copied from another machine. Out: what is missing
 * is installed, what is out of date is built, and the verb's own program runs with the same arguments, signals and exit
 * code. The one promise: whatever is in the way is named, with the remedy. When nothing is out of date nothing is started.
 *
 * It runs before anything is installed and must be understood by a Node that is too old, hence ES2015 and no imports.
 */
const childProcess = require('child_process');
const fs = require('fs');
const os = require('os');
const path = require('path');
const build = require('./ready/build.cjs');
const files = require('./ready/files.cjs');
const read = files.read;
const readJson = files.readJson;
const sha256 = files.sha256;

const OLDEST_NODE = [20, 19];
const ROOT = path.dirname(__dirname);
const CACHE = path.join(ROOT, '.cache');
const LOCK = path.join(CACHE, 'ready.lock');
const INSTALLED = path.join(ROOT, 'node_modules', '.elira-installed.json');
const NPMS_OWN = path.join(ROOT, 'node_modules', '.package-lock.json');
/* Milliseconds: the lock's owner shows that it lives every 2 s; a lock silent for a minute was left behind. */
const LOCK_BEAT_MS = 2000;
const LOCK_SILENCE_MS = 60000;
const LOCK_POLL_MS = 250;
/* Milliseconds between two signs of life of a long step. */
const STILL_MS = 15000;

/* Milliseconds between two looks whether npm still runs. */
const NPM_WATCH_MS = 500;

/* What each verb needs and runs: a built file in this process, or a TypeScript file in a process of its own. */
const VERBS = {
  start: { build: true, built: 'apps/server/dist/main.js' },
  elira: { build: true, built: 'apps/server/dist/cli/main.js' },
  test: { build: true, source: 'scripts/test.ts' },
  check: { build: false, source: 'scripts/check.ts' },
  fresh: { build: false, source: 'scripts/fresh.ts' },
  trials: { build: true, source: 'tests/trials/run.ts' },
  mutants: { build: true, source: 'tests/mutants/run.ts' },
  bench: { build: true, source: 'bench/run.ts' },
};

/* An obstacle that a person can remove: what is wrong, and what to do. */
function Obstacle(problem, remedy, detail) {
  this.problem = problem;
  this.remedy = remedy;
  this.detail = detail;
}

const OBSTACLES = [
  [/ENOSPC|EDQUOT|no space left/i, 'The disk is full.', 'Make room (about 600 MB are needed) and run the command again.'],
  [
    /EACCES|EPERM|EROFS|permission denied|read-only file system/i,
    'The folder cannot be written to.',
    'Run the command as the user who owns ' + ROOT + ', or clone into a folder of your own.',
  ],
  [
    /CERT_|SELF_SIGNED|UNABLE_TO_(GET|VERIFY)/,
    'npm does not trust the certificate of its registry.',
    'If a proxy stands in between, name its certificate: npm config set cafile <file>.',
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT/i,
    'No network: npm could not fetch the packages.',
    'Connect, or set the proxy (npm config set proxy <address>), and run the command again. It is needed only once.',
  ],
  [/EINTEGRITY/, 'A downloaded package is damaged.', 'Run: npm cache clean --force, and then the command again.'],
  [
    /npm ci.*in sync|EUSAGE/,
    'package-lock.json does not fit the package.json files.',
    'Run: npm install, and commit the result.',
  ],
];

main(process.argv[2], process.argv.slice(3));

function main(verb, args) {
  Promise.resolve()
    .then(() => {
      requireNode();
      if (!Object.prototype.hasOwnProperty.call(VERBS, verb)) {
        throw new Obstacle('There is no verb "' + verb + '".', 'There are: ' + Object.keys(VERBS).join(', ') + '.');
      }
      return makeReady(VERBS[verb].build);
    })
    .then(() => run(VERBS[verb], args))
    .catch(giveUp);
}

function giveUp(error) {
  const text = String((error && error.stack) || error);
  const found =
    error instanceof Obstacle ? error : obstacle(text, 'Something unforeseen went wrong.', 'Please report what stands above.');
  if (found.detail) process.stderr.write(found.detail.replace(/\n*$/, '\n'));
  say('✗ ' + found.problem);
  say('  ' + found.remedy);
  process.exit(1);
}

/* What the output of a failed program amounts to; the given problem where nothing known is found in it. */
function obstacle(output, problem, remedy) {
  const known = OBSTACLES.filter((entry) => entry[0].test(output))[0] || [undefined, problem, remedy];
  return new Obstacle(known[1], known[2], output);
}

function say(line) {
  process.stderr.write('elira  ' + line + '\n');
}

function requireNode() {
  const have = process.versions.node.split('.').map(Number);
  if (have[0] > OLDEST_NODE[0] || (have[0] === OLDEST_NODE[0] && have[1] >= OLDEST_NODE[1])) return;
  throw new Obstacle(
    'Node ' + process.versions.node + ' is too old: Elira needs ' + OLDEST_NODE.join('.') + ' or newer.',
    'Install a newer Node (https://nodejs.org) and run the command again.'
  );
}

/* Installs and builds what is out of date; the lock is taken only when there is something to do. */
function makeReady(wanted) {
  if (installed() && (!wanted || build.isUpToDate())) return Promise.resolve();
  return withLock(() =>
    Promise.resolve(installed() || install()).then(() => (wanted && !build.isUpToDate() ? compile() : undefined))
  );
}

/* ---- installing ---- */

/* Whether node_modules holds what package-lock.json asks for, made for this platform and Node. */
function installed() {
  const lock = read(path.join(ROOT, 'package-lock.json'));
  if (lock === undefined) throw new Obstacle('package-lock.json is missing.', 'Run: git checkout package-lock.json');
  const now = installation(lock);
  const stamp = readJson(INSTALLED) || { machine: now.machine };
  return stamp.machine === now.machine && (stamp.lock === now.lock || complete(lock));
}

/* npm lets optional packages fail in silence, PostgreSQL's among them: what it left out is found in its own list. */
function complete(lock) {
  const present = readJson(NPMS_OWN);
  return present !== undefined && satisfies(present.packages || {}, JSON.parse(lock).packages);
}

function installation(lock) {
  return { lock: sha256(lock), machine: [process.platform, process.arch, libc(), process.versions.modules].join(' ') };
}

/* Whether every package that is wanted on this machine is present in its version: true after a plain `npm install`, too. */
function satisfies(present, wanted) {
  return Object.keys(wanted).every((name) => {
    const want = wanted[name];
    if (name.indexOf('node_modules') === -1 || want.extraneous) return true;
    const have = present[name];
    if (have === undefined) return want.optional === true && !wantedHere(want);
    return want.link ? have.link === true : have.version === want.version;
  });
}

/* An optional package that names no machine came with one that does, and is absent with it. */
function wantedHere(entry) {
  if (!entry.os && !entry.cpu) return false;
  const fits = (list, value) =>
    list === undefined || (list.indexOf('!' + value) === -1 && (list.indexOf(value) !== -1 || list[0][0] === '!'));
  return fits(entry.os, process.platform) && fits(entry.cpu, process.arch) && (!entry.libc || fits(entry.libc, libc()));
}

function libc() {
  if (process.platform !== 'linux') return '';
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}

function install() {
  const lock = read(path.join(ROOT, 'package-lock.json'));
  const now = installation(lock);
  /* What is there is brought up to date in place, so that a running server keeps its files; otherwise all is made anew. */
  const stamp = readJson(INSTALLED);
  const inPlace = stamp === undefined ? fs.existsSync(NPMS_OWN) : stamp.machine === now.machine;
  const flags = '--ignore-scripts --include=dev --no-audit --no-fund --loglevel=error'.split(' ');
  const args = (inPlace ? ['install', '--no-save'] : ['ci']).concat(flags);
  return step('installing packages', () => runNpm(args)).then((result) => {
    if (result.code !== 0 || !complete(lock))
      throw obstacle(result.output, 'npm did not install every package.', 'What npm says above tells why.');
    fs.writeFileSync(INSTALLED, JSON.stringify(now));
  });
}

function runNpm(args) {
  const own = process.env.npm_execpath;
  if (own && /npm-cli\.c?js$/.test(own)) return capture(process.execPath, [own].concat(args), false);
  const beside = path.join(path.dirname(process.execPath), '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js');
  if (fs.existsSync(beside)) return capture(process.execPath, [beside].concat(args), false);
  return capture('npm', args, process.platform === 'win32');
}

/* ---- building ---- */

function compile() {
  return step('building', () => build.bringUpToDate(capture)).then((result) => {
    const remedy = 'Mend what the compiler says above and run the command again.';
    if (result.code !== 0) throw obstacle(result.output, 'The sources do not compile.', remedy);
  });
}

/* ---- one at a time ---- */

function withLock(work) {
  return takeLock(false).then((release) =>
    work().then(release, (error) => {
      release();
      throw error;
    })
  );
}

/* The lock is a folder with its owner's name in it; it appears whole, by rename, or not at all. */
function takeLock(told) {
  const mine = LOCK + '.' + process.pid;
  fs.mkdirSync(mine, { recursive: true });
  fs.writeFileSync(path.join(mine, 'owner.json'), JSON.stringify({ pid: process.pid, host: os.hostname() }));
  try {
    fs.renameSync(mine, LOCK);
  } catch (error) {
    fs.rmSync(mine, { recursive: true, force: true });
    if (['ENOTEMPTY', 'EEXIST', 'EPERM'].indexOf(error.code) === -1 || !fs.existsSync(LOCK)) throw error;
    const owner = readJson(path.join(LOCK, 'owner.json')) || {};
    if (leftBehind(owner)) removeLock(owner);
    else if (!told) say('another process (' + owner.pid + ') is installing or building; waiting for it');
    return new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS)).then(() => takeLock(true));
  }
  const beat = setInterval(() => fs.existsSync(LOCK) && fs.utimesSync(LOCK, new Date(), new Date()), LOCK_BEAT_MS);
  const release = () => {
    clearInterval(beat);
    process.removeListener('exit', release);
    fs.rmSync(LOCK, { recursive: true, force: true });
  };
  process.on('exit', release);
  return Promise.resolve(release);
}

function leftBehind(owner) {
  try {
    if (Date.now() - fs.statSync(LOCK).mtimeMs > LOCK_SILENCE_MS) return true;
    if (owner.host === os.hostname()) process.kill(owner.pid, 0);
    return false;
  } catch (error) {
    return error.code === 'ESRCH';
  }
}

/* Moves the dead owner's lock aside, and puts it back if another had taken it over in the meantime. */
function removeLock(owner) {
  const aside = LOCK + '.stale.' + process.pid;
  try {
    fs.renameSync(LOCK, aside);
    const found = readJson(path.join(aside, 'owner.json')) || {};
    if (found.pid !== owner.pid) fs.renameSync(aside, LOCK);
    fs.rmSync(aside, { recursive: true, force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}

/* ---- running ---- */

function run(verb, args) {
  const file = path.join(ROOT, verb.built || verb.source);
  if (!fs.existsSync(file)) throw new Obstacle(file + ' is missing.', 'Run: git status, and restore what was deleted.');
  followNpm();
  if (verb.source) return runSource(file, args);
  /* The built program takes this process over: one process to signal, and none to leave behind. */
  process.chdir(ROOT);
  process.argv = [process.execPath, file].concat(args);
  return import(require('url').pathToFileURL(file).href);
}

function runSource(file, args) {
  const flags = ['--conditions=source', '--import', 'tsx'];
  const child = childProcess.spawn(process.execPath, flags.concat([file], args), { cwd: ROOT, stdio: 'inherit' });
  ['SIGINT', 'SIGTERM', 'SIGHUP'].forEach((signal) => process.on(signal, () => child.kill(signal)));
  child.on('error', giveUp);
  child.on('close', (code, signal) => process.exit(code === null ? 128 + (os.constants.signals[signal] || 0) : code));
}

/* npm's end is ours, however it came: the shell between the two passes no signal on. */
function followNpm() {
  if (!process.env.npm_lifecycle_event) return;
  const begun = lineage();
  const watch = setInterval(() => {
    if (lineage() === begun) return;
    clearInterval(watch);
    process.kill(process.pid, 'SIGTERM');
  }, NPM_WATCH_MS);
  watch.unref();
}

/* Our parent and, where the system tells, its parent. */
function lineage() {
  const parent = /^PPid:\s*(\d+)/m.exec(read('/proc/' + process.ppid + '/status') || '');
  return process.ppid + ' ' + (parent && parent[1]);
}

/* ---- small things ---- */

/* Says what is being done, that it is still being done, and how long it took. */
function step(what, work) {
  const began = Date.now();
  const took = () => ((Date.now() - began) / 1000).toFixed(1) + ' s';
  say(what + ' …');
  const still = setInterval(() => say('  still ' + what + ' (' + took() + ')'), STILL_MS);
  return work().then((result) => {
    clearInterval(still);
    if (result.code === 0) say('  done in ' + took());
    return result;
  });
}

/* Runs a program that ends by itself, in this process group, both outputs gathered. */
function capture(file, args, shell) {
  return new Promise((resolve, reject) => {
    const child = childProcess.spawn(file, args, { cwd: ROOT, shell: shell, stdio: ['ignore', 'pipe', 'pipe'] });
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    let stopped;
    let output = '';
    const stop = (signal) => child.kill((stopped = signal));
    const gather = (chunk) => (output += chunk);
    signals.forEach((signal) => process.on(signal, stop));
    child.stdout.on('data', gather);
    child.stderr.on('data', gather);
    child.on('error', reject);
    child.on('close', (code) => {
      if (stopped) process.exit(128 + os.constants.signals[stopped]);
      signals.forEach((signal) => process.removeListener(signal, stop));
      resolve({ code: code === null ? 1 : code, output: output });
    });
  });
}
