"""Reading objects: whole, in part, under conditions."""

import gzip
import time
from email.utils import formatdate, parsedate_to_datetime

import pytest
from helpers import md5, read, refused, request

DIGITS = b"0123456789"


@pytest.fixture
def digits(client, bucket):
    """An object with ten bytes; returns its headers."""
    client.put_object(bucket, DIGITS, "a.txt", Metadata={"x-cos-meta-a": "1"})
    return client.head_object(bucket, "a.txt")


def test_cos_get_01_whole(client, bucket, digits):
    answer = client.get_object(bucket, "a.txt")
    assert answer["Body"].get_raw_stream().read() == DIGITS
    assert answer["Content-Length"] == "10" and answer["ETag"] == f'"{md5(DIGITS)}"'
    assert answer["x-cos-hash-crc64ecma"] and parsedate_to_datetime(answer["Last-Modified"])


@pytest.mark.parametrize(
    "asked, content_range, body",
    [
        ("bytes=2-4", "bytes 2-4/10", b"234"),
        ("bytes=7-", "bytes 7-9/10", b"789"),
        ("bytes=-3", "bytes 7-9/10", b"789"),
        ("bytes=8-100", "bytes 8-9/10", b"89"),
        ("bytes=-100", "bytes 0-9/10", DIGITS),
    ],
)
def test_cos_get_02_cos_get_03_ranges(server, bucket, digits, asked, content_range, body):
    answer = request(server, "GET", bucket, "a.txt", headers={"Range": asked})
    assert (answer.status_code, answer.headers["Content-Range"], answer.content) == (206, content_range, body)


@pytest.mark.parametrize("asked", ["bytes=10-", "bytes=-0", "bytes=20-30"])
def test_cos_get_03_unsatisfiable_ranges(client, bucket, digits, asked):
    with refused(416, "InvalidRange"):
        client.get_object(bucket, "a.txt", Range=asked)


@pytest.mark.parametrize("asked", ["bytes=x-y", "bytes=5-2", "lines=0-1", "bytes=0-1,3-4"])
def test_cos_get_04_malformed_ranges_are_ignored(server, bucket, digits, asked):
    answer = request(server, "GET", bucket, "a.txt", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (200, DIGITS)


def test_cos_get_05_if_match(client, bucket, digits):
    assert read(client, bucket, "a.txt", IfMatch=digits["ETag"]) == DIGITS
    assert read(client, bucket, "a.txt", IfMatch=digits["ETag"].strip('"')) == DIGITS
    with refused(412, "PreconditionFailed"):
        client.get_object(bucket, "a.txt", IfMatch='"0"')


def test_cos_get_06_cos_wire_03_if_none_match(client, bucket, digits):
    answer = client.get_object(bucket, "a.txt", IfNoneMatch=digits["ETag"])
    assert answer["Body"].get_raw_stream().read() == b"" and answer["Content-Length"] == "0"
    assert read(client, bucket, "a.txt", IfNoneMatch='"0"') == DIGITS


def test_cos_get_07_if_modified_since(client, bucket, digits):
    assert read(client, bucket, "a.txt", IfModifiedSince=digits["Last-Modified"]) == b""
    assert read(client, bucket, "a.txt", IfModifiedSince=formatdate(time.time() - 3600, usegmt=True)) == DIGITS


def test_cos_get_08_if_unmodified_since(client, bucket, digits):
    assert read(client, bucket, "a.txt", IfUnmodifiedSince=digits["Last-Modified"]) == DIGITS
    with refused(412, "PreconditionFailed"):
        client.get_object(bucket, "a.txt", IfUnmodifiedSince=formatdate(time.time() - 3600, usegmt=True))


def test_cos_get_09_if_none_match_beats_if_modified_since(client, bucket, digits):
    same = dict(IfNoneMatch='"0"', IfModifiedSince=digits["Last-Modified"])
    assert read(client, bucket, "a.txt", **same) == DIGITS


def test_cos_get_12_cos_wire_14_head_is_get_without_a_body(server, bucket, digits):
    head, get = (request(server, method, bucket, "a.txt") for method in ("HEAD", "GET"))
    own = {"x-cos-request-id", "Date", "x-cos-trace-id"}
    assert {k: v for k, v in head.headers.items() if k not in own} == {
        k: v for k, v in get.headers.items() if k not in own
    }
    assert head.content == b"" and head.headers["Content-Length"] == "10"


def test_cos_get_13_head_of_nothing(server, client, bucket):
    with refused(404, "NoSuchResource"):
        client.head_object(bucket, "missing")
    assert request(server, "HEAD", bucket, "missing").headers["x-cos-request-id"]


def test_cos_get_14_get_of_nothing(client, bucket):
    with refused(404, "NoSuchKey"):
        client.get_object(bucket, "missing")


def test_cos_get_18_cos_mpu_14_50_mb_up_and_down_in_parts(client, bucket, big_file, tmp_path):
    path = big_file(50_000_000)
    client.upload_file(bucket, "big.bin", str(path))
    down = tmp_path / "down"
    client.download_file(bucket, "big.bin", str(down), EnableCRC=True)
    assert md5(down.read_bytes()) == md5(path.read_bytes())


def test_cos_get_19_unknown_parameters_are_ignored(server, bucket, digits):
    answer = request(server, "GET", bucket, "a.txt", params={"foo": "bar", "x": ""})
    assert (answer.status_code, answer.content) == (200, DIGITS)


def test_cos_get_20_stored_gzip_stays_gzip(client, bucket):
    packed = gzip.compress(b"text" * 100)
    client.put_object(bucket, packed, "a.txt", ContentEncoding="gzip")
    answer = client.get_object(bucket, "a.txt")
    assert answer["Content-Encoding"] == "gzip" and answer["Content-Length"] == str(len(packed))
    assert answer["Body"].get_raw_stream().read() == packed


def test_cos_get_23_etags_of_multipart_objects(client, bucket):
    upload = client.create_multipart_upload(bucket, "m")["UploadId"]
    parts = [b"a" * (1 << 20), b"bcd"]
    tags = [client.upload_part(bucket, "m", body, n, upload)["ETag"] for n, body in enumerate(parts, 1)]
    listed = [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1)]
    client.complete_multipart_upload(bucket, "m", upload, {"Part": listed})
    head = client.head_object(bucket, "m")
    assert head["ETag"] == '"c2957a9d2509f1fb662a40ab811e235d-2"'
    assert head["x-cos-hash-crc64ecma"] == "16459478348349099966"
