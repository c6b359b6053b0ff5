// What the suite's authors run beside it: a helper that lends temporary keys and signs one upload.
//
//   GET /sts          a key that may do everything below nodejs-sdk/test/, from the server's own GetFederationToken
//   GET /uploadSign   the signature of PUT /1.txt

import { createHmac, randomInt } from 'node:crypto';
import { createServer } from 'node:http';
import COS from 'cos-nodejs-sdk-v5-official-suite';

const SECONDS = 1800;
const HOST = 'sts.tencentcloudapi.com';

/** Starts the helper on a free port of the loopback; `account` has endpoint, secretId, secretKey, bucket, region, appid. */
export async function serveKeys(account) {
  const answers = {
    '/sts': () => lend(account),
    '/uploadSign': async () => ({ signMap: { PutObject: sign(account) } }),
  };
  const helper = createServer(async (request, reply) => {
    try {
      const answer = answers[request.url];
      if (!answer) return reply.writeHead(404).end();
      reply.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(await answer()));
    } catch (error) {
      reply.writeHead(500).end(String(error));
    }
  });
  await new Promise((ready) => helper.listen(0, '127.0.0.1', ready));
  return { url: `http://127.0.0.1:${helper.address().port}`, close: () => helper.close() };
}

const sign = ({ secretId: SecretId, secretKey: SecretKey, bucket: Bucket, region: Region }) =>
  COS.getAuthorization({ SecretId, SecretKey, Bucket, Region, Method: 'PUT', Key: '1.txt' });

async function lend({ endpoint, secretId, secretKey, bucket, region, appid }) {
  const resource = (pattern) => [`qcs::cos:${region}:uid/${appid}:${bucket}/${pattern}`];
  const statement = [
    { effect: 'allow', action: ['name/cos:*'], resource: resource('nodejs-sdk/test/*') },
    // Uploads in pieces look for what an earlier try has left.
    { effect: 'allow', action: ['name/cos:ListMultipartUploads'], resource: resource('*') },
  ];
  const policy = { version: '2.0', statement };
  const now = Math.floor(Date.now() / 1000);
  const fields = {
    Action: 'GetFederationToken',
    DurationSeconds: SECONDS,
    Name: 'suite',
    Nonce: randomInt(1, 1 << 30),
    Policy: encodeURIComponent(JSON.stringify(policy)),
    Region: region,
    SecretId: secretId,
    Timestamp: now,
    Version: '2018-08-13',
  };
  const text = Object.keys(fields).sort().map((name) => `${name}=${fields[name]}`).join('&');
  fields.Signature = createHmac('sha1', secretKey).update(`POST${HOST}/?${text}`).digest('base64');
  const answer = await fetch(endpoint, { method: 'POST', body: new URLSearchParams(fields) });
  const { Credentials: lent, ExpiredTime: expiredTime, Error: refusal } = (await answer.json()).Response;
  if (refusal) throw new Error(`${refusal.Code}: ${refusal.Message}`);
  const credentials = { tmpSecretId: lent.TmpSecretId, tmpSecretKey: lent.TmpSecretKey, sessionToken: lent.Token };
  return { credentials, startTime: now, expiredTime };
}
