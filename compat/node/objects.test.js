// Everyday object calls of the official Node.js SDK.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { client, freshBucket, image, modeNames } from './server.js';

const md5 = (bytes) => createHash('md5').update(bytes).digest('hex');
const cos = client();
const SPECIAL = '(!"#$%&\'()*+,-.0123456789:;<=>@ABC[\\]^_`abc{|}~)→中文.txt';

for (const mode of modeNames) {
  test(`cos_addr_10 put, head, list, get and delete with ${mode}`, async (t) => {
    const at = await freshBucket(t);
    const speaker = client(mode);
    assert.equal((await speaker.headBucket(at)).statusCode, 200);
    await speaker.putObject({ ...at, Key: 'dir/a b.txt', Body: 'hello' });
    assert.equal((await speaker.headObject({ ...at, Key: 'dir/a b.txt' })).headers['content-length'], '5');
    const { Contents } = await speaker.getBucket(at);
    assert.deepEqual(Contents.map((entry) => entry.Key), ['dir/a b.txt']);
    assert.equal((await speaker.getObject({ ...at, Key: 'dir/a b.txt' })).Body.toString(), 'hello');
    assert.equal((await speaker.deleteObject({ ...at, Key: 'dir/a b.txt' })).statusCode, 204);
    await assert.rejects(speaker.headObject({ ...at, Key: 'dir/a b.txt' }), { statusCode: 404 });
  });
}

test('cos_auth_06 path style is signed without the bucket', async (t) => {
  const at = await freshBucket(t);
  await client('path in Domain').putObject({ ...at, Key: 'x', Body: 'hello' });
  assert.equal((await cos.getObject({ ...at, Key: 'x' })).Body.toString(), 'hello');
});

test('cos_auth_05 hosts are signed with their port', async (t) => {
  const at = await freshBucket(t);
  await client('Domain').putObject({ ...at, Key: 'x', Body: 'hello' });
});

test('cos_auth_16 cos_put_22 special names', async (t) => {
  const at = await freshBucket(t);
  await cos.putObject({ ...at, Key: SPECIAL, Body: 'hello' });
  assert.equal((await cos.getObject({ ...at, Key: SPECIAL })).Body.toString(), 'hello');
  assert.deepEqual((await cos.getBucket(at)).Contents.map((entry) => entry.Key), [SPECIAL]);
});

test('cos_auth_17 keys that begin with slashes', async (t) => {
  const at = await freshBucket(t);
  for (const Key of ['/a', '//a']) {
    await cos.putObject({ ...at, Key, Body: Key });
    assert.equal((await cos.getObject({ ...at, Key })).Body.toString(), Key);
  }
});

test('cos_auth_03 object URLs carry their signature', async (t) => {
  const at = await freshBucket(t);
  await cos.putObject({ ...at, Key: 'a b.txt', Body: 'hello' });
  const url = client('Domain').getObjectUrl({ ...at, Key: 'a b.txt', Sign: true }, () => {});
  assert.equal(await download(url), 'hello');
});

/** GET by node:http, which goes through the patched look-up (fetch resolves names by itself). */
function download(url) {
  return new Promise((resolve, reject) => {
    get(url, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk));
      answer.on('end', () => resolve(Buffer.concat(chunks).toString()));
    }).on('error', reject);
  });
}

test('cos_del_05 deleting several', async (t) => {
  const at = await freshBucket(t);
  for (const Key of ['a', 'b']) await cos.putObject({ ...at, Key, Body: 'x' });
  const answer = await cos.deleteMultipleObject({ ...at, Objects: [{ Key: 'a' }, { Key: 'b' }] });
  assert.deepEqual(answer.Deleted.map((entry) => entry.Key), ['a', 'b']);
});

test('cos_copy_01 cos_copy_07 copying', async (t) => {
  const at = await freshBucket(t);
  await cos.putObject({ ...at, Key: 'dir/中 文.txt', Body: 'hello' });
  const CopySource = `${at.Bucket}.cos.${at.Region}.myqcloud.com/${encodeURIComponent('dir/中 文.txt')}`;
  const answer = await cos.putObjectCopy({ ...at, Key: 'copy', CopySource });
  assert.equal(answer.ETag, `"${md5('hello')}"`);
});

test('cos_acl_04 private lists one grant', async (t) => {
  const at = await freshBucket(t);
  const { Grants, ACL } = await cos.getBucketAcl(at);
  assert.equal(Grants.length, 1);
  assert.equal(ACL, 'private');
});

test('cos_mpu_22 sliceUploadFile in parts', async (t) => {
  const at = await freshBucket(t);
  const folder = mkdtempSync(path.join(tmpdir(), 'calotype-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const FilePath = path.join(folder, 'big.bin');
  const bytes = randomBytes(5 * 1024 * 1024 + 13);
  writeFileSync(FilePath, bytes);
  const answer = await cos.sliceUploadFile({ ...at, Key: 'big.bin', FilePath, ChunkSize: 1024 * 1024 });
  assert.match(answer.ETag, /^"[0-9a-f]{32}-6"$/);
  assert.equal(md5((await cos.getObject({ ...at, Key: 'big.bin' })).Body), md5(bytes));
});

test('cos_put_32 rules at upload give results', async (t) => {
  const at = await freshBucket(t);
  const rules = [
    { fileid: 'half.webp', rule: 'imageMogr2/thumbnail/!50p/format/webp' },
    { fileid: 'same.png', rule: 'imageView2/format/png' },
  ];
  const answer = await cos.putObject({
    ...at,
    Key: 'photo.jpg',
    Body: readFileSync(image('land_640x427.jpg')),
    Headers: { 'Pic-Operations': JSON.stringify({ is_pic_info: 1, rules }) },
  });
  const { OriginalInfo, ProcessResults } = answer.UploadResult;
  assert.equal(OriginalInfo.ImageInfo.Width, '640');
  assert.deepEqual(ProcessResults.Object.map((entry) => [entry.Key, entry.Format, entry.Width]), [
    ['half.webp', 'webp', '320'],
    ['same.png', 'png', '640'],
  ]);
});

test('pers_30 processing in the cloud', async (t) => {
  const at = await freshBucket(t);
  await cos.putObject({ ...at, Key: 'photo.jpg', Body: readFileSync(image('land_640x427.jpg')) });
  const operations = { is_pic_info: 1, rules: [{ fileid: 'b.png', rule: 'imageView2/format/png' }] };
  const answer = await cos.request({
    ...at,
    Key: 'photo.jpg',
    Method: 'POST',
    Action: 'image_process',
    Headers: { 'Pic-Operations': JSON.stringify(operations) },
  });
  assert.equal(answer.UploadResult.ProcessResults.Object.Key, 'b.png');
});

test('cos_wire_04 errors are known as errors of COS', async (t) => {
  const at = await freshBucket(t);
  await assert.rejects(cos.getObject({ ...at, Key: 'missing' }), (error) => {
    assert.equal(error.code, 'NoSuchKey');
    assert.ok(error.headers['x-cos-request-id']);
    return true;
  });
});
