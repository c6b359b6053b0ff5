// Runs the official SDK's own live test suite, unmodified, against a running calotype, and counts.
//
// `cargo xtask node-suite` starts the server and sets CALOTYPE_ENDPOINT and its companions. Arguments go to mocha (`--grep copy`).

import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { client } from '../server.js';
import { serveKeys } from './keys.js';

const beside = (name) => fileURLToPath(new URL(name, import.meta.url));
const suite = createRequire(import.meta.url).resolve('cos-nodejs-sdk-v5-official-suite/test/test.js');
const mocha = createRequire(import.meta.url).resolve('mocha/bin/mocha.js');

const account = {
  endpoint: `http://${process.env.CALOTYPE_ENDPOINT.replace(/^http:\/\//, '')}`,
  secretId: process.env.CALOTYPE_SECRET_ID,
  secretKey: process.env.CALOTYPE_SECRET_KEY,
  bucket: `suite-${process.env.CALOTYPE_APPID}`,
  region: process.env.CALOTYPE_REGION,
  appid: process.env.CALOTYPE_APPID,
};

// The suite and the SDK leave files in the working folder and in the user's configuration.
const scratch = mkdtempSync(path.join(tmpdir(), 'calotype-suite-'));
const report = path.join(scratch, 'report.json');
const keys = await serveKeys(account);
// Some tests come before the first that makes sure of the bucket.
await client().putBucket({ Bucket: account.bucket, Region: account.region });
try {
  const words = ['--require', beside('preload.cjs'), mocha, '--require', beside('exclude.cjs'), '--exit', '--reporter', 'json'];
  const status = await run([...words, '--reporter-option', `output=${report}`, ...process.argv.slice(2), suite]);
  const { stats, failures } = JSON.parse(readFileSync(report, 'utf8'));
  for (const { fullTitle, duration, err } of failures) console.log(`FAILED ${fullTitle} (${duration} ms): ${err.message}`);
  console.log(`${stats.passes} passed, ${stats.failures} failed, ${stats.pending} excluded in ${Math.round(stats.duration / 1000)} s`);
  process.exitCode = status ?? 1;
} finally {
  keys.close();
  rmSync(scratch, { recursive: true, force: true });
}

function run(words) {
  const env = {
    ...process.env,
    SecretId: account.secretId,
    SecretKey: account.secretKey,
    Bucket: account.bucket,
    Region: account.region,
    Uin: process.env.CALOTYPE_UIN,
    nodejssdkStsUrl: keys.url,
    XDG_CONFIG_HOME: scratch,
  };
  // What the suite prints as it goes is of use only to those who look into a failure.
  const stdio = ['ignore', process.env.CALOTYPE_SUITE_VERBOSE ? 'inherit' : 'ignore', 'inherit'];
  return new Promise((resolve, reject) => {
    spawn(process.execPath, words, { cwd: scratch, env, stdio }).on('error', reject).on('close', resolve);
  });
}
