// sharp as a runner (see README.md). usage: node sharp.cjs JOB FILE [n=15] [t=1] [out=PATH]
// In process, from buffer to buffer, libvips' cache off; `t` promises in flight.

const fs = require('node:fs');
const path = require('node:path');
const sharp = require('sharp');

const [job, file, ...rest] = process.argv.slice(2);
const options = Object.fromEntries(rest.map((word) => word.split('=')));
const [n, t] = [+(options.n ?? 15), +(options.t ?? 1)];
const input = fs.readFileSync(file);
const mark = fs.readFileSync(path.join(path.dirname(file), 'mark.png'));
sharp.cache(false);

const jpeg = (image) => image.jpeg({ quality: 80 }).toBuffer();
const webp = (image) => image.webp({ quality: 80 }).toBuffer();
const png = (image) => image.png().toBuffer();
const marked = (image) => image.composite([{ input: mark, gravity: 'southeast' }]);
const wide = (image) => image.resize(1080);
const words = { text: { text: '<span foreground="white">calotype 2026</span>', font: 'sans 36', rgba: true } };

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
  (image) => jpeg(marked(wide(image))),
];

/** The careful way: decoded once, and all rules on the raw pixels. */
async function fromRaw(...rules) {
  const { data, info } = await sharp(input).raw().toBuffer({ resolveWithObject: true });
  return each(() => sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } }), ...rules);
}

/** One rule on a fresh pipeline. */
const alone = (rule) => () => each(() => sharp(input), rule);

const jobs = {
  thumb: () => each(() => sharp(input), scaled[0]),
  conv: () => each(() => sharp(input), png),
  five: () => each(() => sharp(input), png, ...scaled), // what users write: a pipeline for each result
  four: () => each(() => sharp(input), ...scaled),
  five_raw: () => fromRaw(png, ...scaled),
  four_raw: () => fromRaw(...scaled),
  mark: alone((image) => jpeg(marked(wide(image)))),
  text: alone((image) => jpeg(wide(image).composite([{ input: words, gravity: 'southeast' }]))),
  blur: alone((image) => jpeg(wide(image).blur(10))),
  sharpen: alone((image) => jpeg(wide(image).sharpen({ sigma: 1 }))),
  gray: alone((image) => jpeg(wide(image).grayscale())),
  bright: alone((image) => jpeg(wide(image).modulate({ brightness: 1.3 }))),
  turn: alone((image) => jpeg(image.rotate(90).resize(1080))),
  tilt: alone((image) => jpeg(wide(image).rotate(35))),
  webp: alone((image) => webp(wide(image))),
  avif: alone((image) => image.resize(800).avif().toBuffer()),
  anim: () => each(() => sharp(input, { animated: true }), (image) => image.resize(300).gif().toBuffer()),
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
