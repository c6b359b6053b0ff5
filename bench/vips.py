#!/usr/bin/env python3
"""libvips as a runner (see README.md), through pyvips. usage: vips.py JOB FILE [n=15] [t=1] [out=PATH]

pyvips lets go of the interpreter's lock while libvips works, so the wrapper costs microseconds. libvips is given one
thread for each job: with as many jobs in flight as cores, more threads only cost it.
"""

import json
import os
import resource
import sys
import threading
import time

os.environ.setdefault("VIPS_CONCURRENCY", "1")
import pyvips  # noqa: E402 - reads the variable above

pyvips.cache_set_max(0)
JOB, FILE = sys.argv[1:3]
OPTIONS = dict(word.split("=", 1) for word in sys.argv[3:])
N, T = int(OPTIONS.get("n", 15)), int(OPTIONS.get("t", 1))
with open(FILE, "rb") as file:
    INPUT = file.read()
MARK = pyvips.Image.new_from_file(os.path.join(os.path.dirname(FILE), "mark.png")).copy_memory()
ANY_HEIGHT = 10_000_000


def whole():
    return pyvips.Image.new_from_buffer(INPUT, "", access="sequential")


def from_file(width, height=ANY_HEIGHT, **options):
    return pyvips.Image.thumbnail_buffer(INPUT, width, height=height, **options)


def from_pixels(image):
    def scale(width, height=ANY_HEIGHT, **options):
        return image.thumbnail_image(width, height=height, **options)

    return scale


def jpeg(image):
    return image.write_to_buffer(".jpg", Q=80)


def webp(image):
    return image.write_to_buffer(".webp", Q=80)


def png(image):
    return image.write_to_buffer(".png")


def over(image, mark):
    return image.composite2(mark, "over", x=image.width - mark.width - 10, y=image.height - mark.height - 10).flatten()


def words():
    mask = pyvips.Image.text("calotype 2026", font="sans 36")
    white = mask.new_from_image([255, 255, 255]).copy(interpretation="srgb")
    return white.bandjoin(mask)


def four(scale):
    square = scale(200, height=200, crop="centre")
    return [jpeg(scale(300)), webp(scale(800)), jpeg(square), jpeg(over(scale(1080), MARK))]


def decoded_once(with_png):
    image = whole().copy_memory()
    return ([png(image)] if with_png else []) + four(from_pixels(image))


JOBS = {
    "thumb": lambda: [jpeg(from_file(300))],
    "conv": lambda: [png(whole())],
    "five": lambda: [png(whole()), *four(from_file)],
    "four": lambda: four(from_file),
    "five_raw": lambda: decoded_once(True),
    "four_raw": lambda: decoded_once(False),
    "mark": lambda: [jpeg(over(from_file(1080), MARK))],
    "text": lambda: [jpeg(over(from_file(1080), words()))],
    "blur": lambda: [jpeg(from_file(1080).gaussblur(10))],
    "sharpen": lambda: [jpeg(from_file(1080).sharpen(sigma=1))],
    "gray": lambda: [jpeg(from_file(1080).colourspace("b-w"))],
    "bright": lambda: [jpeg((from_file(1080) * 1.3).cast("uchar"))],
    "turn": lambda: [jpeg(from_file(ANY_HEIGHT, 1080).copy_memory().rot90())],
    "tilt": lambda: [jpeg(from_file(1080).copy_memory().rotate(35))],
    "webp": lambda: [webp(from_file(1080))],
}


def main():
    results = JOBS[JOB]()  # warm-up, and the bytes
    times, lock, left = [], threading.Lock(), [N * T]

    def lane():
        while True:
            with lock:
                if left[0] == 0:
                    return
                left[0] -= 1
            start = time.perf_counter()
            JOBS[JOB]()
            with lock:
                times.append((time.perf_counter() - start) * 1e3)

    start = time.perf_counter()
    lanes = [threading.Thread(target=lane) for _ in range(T)]
    for thread in lanes:
        thread.start()
    for thread in lanes:
        thread.join()
    wall = time.perf_counter() - start
    if "out" in OPTIONS:
        for place, result in enumerate(results):
            with open(f"{OPTIONS['out']}.{place}", "wb") as out:
                out.write(result)
    rss = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    version = ".".join(str(pyvips.version(part)) for part in range(3))
    print(json.dumps(dict(times=times, wall=wall, jobs=N * T, rss=rss, bytes=[len(r) for r in results], version=version)))


main()
