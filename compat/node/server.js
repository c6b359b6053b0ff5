// Where the server is, and the official SDK pointed at it in each of its four ways.
//
// `cargo xtask test` starts the server and sets CALOTYPE_ENDPOINT, CALOTYPE_SECRET_ID and CALOTYPE_SECRET_KEY.

import dns from 'node:dns';
import { randomBytes } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import COS from 'cos-nodejs-sdk-v5';

export const endpoint = process.env.CALOTYPE_ENDPOINT.replace(/^http:\/\//, '');
export const Region = process.env.CALOTYPE_REGION ?? 'ap-guangzhou';
export const appid = process.env.CALOTYPE_APPID ?? '1250000000';

// Plays the hosts file: every name under example.test is the server.
const resolve = dns.lookup;
dns.lookup = (name, ...rest) => resolve(name.endsWith('.example.test') ? endpoint.split(':')[0] : name, ...rest);

const port = endpoint.split(':')[1];
const modes = {
  Ip: { Ip: endpoint, ServiceDomain: endpoint },
  Domain: { Domain: `{Bucket}.cos.{Region}.example.test:${port}`, ServiceDomain: endpoint },
  'path in Domain': { Domain: `${endpoint}/{Bucket}`, ServiceDomain: endpoint },
  Proxy: { Proxy: `http://${endpoint}` },
};
export const modeNames = Object.keys(modes);

/** A client of the official SDK in the named mode. */
export function client(mode = 'Ip', changes = {}) {
  return new COS({
    SecretId: process.env.CALOTYPE_SECRET_ID,
    SecretKey: process.env.CALOTYPE_SECRET_KEY,
    Protocol: 'http:',
    ...modes[mode],
    ...changes,
  });
}

/** A fresh bucket for a test, removed with everything in it when the test is over. */
export async function freshBucket(test) {
  const cos = client();
  const Bucket = `n${randomBytes(6).toString('hex')}-${appid}`;
  await cos.putBucket({ Bucket, Region });
  test.after(async () => {
    const { Upload = [] } = await cos.multipartList({ Bucket, Region });
    for (const { Key, UploadId } of Upload) await cos.multipartAbort({ Bucket, Region, Key, UploadId });
    const { Contents } = await cos.getBucket({ Bucket, Region });
    // One leading slash of a key in a batch is the path's, as in a URL.
    const Objects = Contents.map(({ Key }) => ({ Key: Key.startsWith('/') ? `/${Key}` : Key }));
    if (Objects.length) await cos.deleteMultipleObject({ Bucket, Region, Objects });
    await cos.deleteBucket({ Bucket, Region });
  });
  return { Bucket, Region };
}

/** The path of a picture in testdata/images. */
export const image = (name) => fileURLToPath(new URL(`../../testdata/images/${name}`, import.meta.url));
