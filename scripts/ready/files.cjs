'use strict';
/* Reading files that may not be there. */
const fs = require('fs');
const path = require('path');

module.exports = { read: read, readJson: readJson, walk: walk, sha256: sha256 };

function sha256(text) {
  return require('crypto').createHash('sha256').update(text).digest('hex');
}

function walk(folder, visit) {
  if (!fs.existsSync(folder)) return;
  fs.readdirSync(folder, { withFileTypes: true }).forEach((entry) => {
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) walk(file, visit);
    else visit(file);
  });
}

function read(file) {
  try {
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  }
}

function readJson(file) {
  const text = read(file);
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
