// sharp as a runner (see README.md). usage: node sharp.cjs JOB FILE [n=15] [t=1] [out=PATH]
// In process, from buffer to buffer, libvips' cache off; `t` promises in flight.

const fs = require('node:fs');
const sharp = require('sharp');

const [job, file, ...rest] = process.argv.slice(2);
const options = Object.fromEntries(rest.map((word) => word.split('=')));
const [n, t] = [+(options.n ?? 15), +(options.t ?? 1)];
const input = fs.readFileSync(file);
sharp.cache(false);

const jpeg = (image) => image.jpeg({ quality: 80 }).toBuffer();
const webp = (image) => image.webp({ quality: 80 }).toBuffer();
const png = (image) => image.png().toBuffer();

/** The rules one after another, each on a fresh pipeline over `open`'s source. */
async function each(open, ...rules) {
  const results = [];
  for (const rule of rules) results.push(await rule(open()));
  return results;
}

const scaled = [
  (image) => jpeg(image.resize(300)),
  (image) => webp(image.resize(800)),
  (image) => jpeg(image.resize(200, 200, { fit: 'cover' })),
  (image) => jpeg(image.resize(1080)),
];

/** The careful way: decoded once, and all rules on the raw pixels. */
async function fromRaw(...rules) {
  const { data, info } = await sharp(input).raw().toBuffer({ resolveWithObject: true });
  return each(() => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } }), ...rules);
}

const jobs = {
  thumb: () => each(() => sharp(input), scaled[0]),
  conv: () => each(() => sharp(input), png),
  five: () => each(() => sharp(input), png, ...scaled), // what users write: a pipeline for each result
  four: () => each(() => sharp(input), ...scaled),
  five_raw: () => fromRaw(png, ...scaled),
  four_raw: () => fromRaw(...scaled),
};

async function main() {
  const results = await jobs[job](); // warm-up, and the bytes
  const times = [];
  let begun = 0;
  const start = process.hrtime.bigint();
  const lane = async () => {
    while (begun++ < n * t) {
      const before = process.hrtime.bigint();
      await jobs[job]();
      times.push(Number(process.hrtime.bigint() - before) / 1e6);
    }
  };
  await Promise.all(Array.from({ length: t }, lane));
  const wall = Number(process.hrtime.bigint() - start) / 1e9;
  if (options.out) results.forEach((bytes, place) => fs.writeFileSync(`${options.out}.${place}`, bytes));
  const rss = process.resourceUsage().maxRSS / 1024;
  console.log(JSON.stringify({ times, wall, jobs: times.length, rss, bytes: results.map((bytes) => bytes.length) }));
}

main();
