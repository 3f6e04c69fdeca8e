// The live catalogue: docs/protocol.md in small. Whole batches only, so the list never shows half a transaction.
const courses = new Map();
const list = document.getElementById('courses');
const status = document.getElementById('status');
let parts = [];

// One line for each scope, so that frames can be put together from lines that several connections share.
const lines = (data) =>
  data
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));

function apply(deltas) {
  for (const { reset, put = {}, drop = {} } of deltas) {
    if (reset) courses.clear();
    for (const key of drop.published_courses ?? []) courses.delete(key);
    for (const [key, course] of put.published_courses ?? []) courses.set(key, course);
  }
}

function show() {
  const sorted = [...courses.values()].sort((a, b) => a.title.localeCompare(b.title));
  list.replaceChildren(
    ...sorted.map(({ title, description }) => {
      const item = document.createElement('li');
      item.append(Object.assign(document.createElement('strong'), { textContent: title }));
      item.append(Object.assign(document.createElement('p'), { textContent: description.slice(0, 300) }));
      return item;
    }),
  );
  status.textContent = sorted.length === 0 ? 'Nothing is published yet.' : 'Live.';
}

function connect() {
  const stream = new EventSource('/api/sync/stream');
  stream.addEventListener('hello', () => (parts = []));
  stream.addEventListener('part', ({ data }) => parts.push(...lines(data)));
  stream.addEventListener('batch', ({ data }) => {
    apply([...parts, ...lines(data)]);
    parts = [];
    show();
  });
  stream.addEventListener('error', () => {
    status.textContent = 'Not connected: what you see may be old.';
    // A browser does not try again after an answer that is no stream.
    if (stream.readyState === EventSource.CLOSED) setTimeout(connect, 2000);
  });
  stream.addEventListener('heartbeat', () => show());
}

connect();
