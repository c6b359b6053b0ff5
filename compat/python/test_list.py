"""Listing objects."""

import re
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter

import pytest
from helpers import md5, refused, request

KEYS = ["a", "b/", "b/1", "b/2", "b/c/3", "d", "e/4", "f"]


@pytest.fixture
def tree(client, bucket):
    for key in KEYS:
        client.put_object(bucket, b"x", key)
    return bucket


def keys(answer):
    return [entry["Key"] for entry in answer.get("Contents", [])]


def prefixes(answer):
    return [entry["Prefix"] for entry in answer.get("CommonPrefixes", [])]


def pages(client, bucket, size, **options):
    """All keys and prefixes, asked for `size` at a time."""
    seen, marker = [], ""
    while True:
        answer = client.list_objects(bucket, MaxKeys=size, Marker=marker, **options)
        page = keys(answer) + prefixes(answer)
        assert len(page) <= size
        seen += page
        if answer["IsTruncated"] == "false":
            return seen
        marker = answer["NextMarker"]


def test_cos_list_01_everything(client, tree):
    answer = client.list_objects(tree)
    assert keys(answer) == KEYS
    assert (answer["Name"], answer["Prefix"], answer["Marker"]) == (tree, None, None)
    assert (answer["MaxKeys"], answer["IsTruncated"]) == ("1000", "false")


def test_cos_list_02_prefix(client, tree):
    assert keys(client.list_objects(tree, Prefix="b/c")) == ["b/c/3"]


def test_cos_list_03_delimiter(client, tree):
    answer = client.list_objects(tree, Delimiter="/")
    assert (keys(answer), prefixes(answer)) == (["a", "d", "f"], ["b/", "e/"])


def test_cos_list_04_prefix_and_delimiter(client, tree):
    answer = client.list_objects(tree, Prefix="b/", Delimiter="/")
    assert (keys(answer), prefixes(answer)) == (["b/", "b/1", "b/2"], ["b/c/"])


def test_cos_list_05_marker_in_byte_order(client, bucket):
    names = ["Z", "a", "~", "é", "中", "🙂"]
    for name in names:
        client.put_object(bucket, b"x", name)
    assert keys(client.list_objects(bucket)) == names
    assert keys(client.list_objects(bucket, Marker="é")) == ["中", "🙂"]


def test_cos_list_06_pages_of_three(client, bucket):
    names = [f"k{number}" for number in range(10)]
    for name in names:
        client.put_object(bucket, b"x", name)
    assert pages(client, bucket, 3) == names


def test_cos_list_07_pages_over_prefixes(client, tree):
    assert sorted(pages(client, tree, 1, Delimiter="/")) == ["a", "b/", "d", "e/", "f"]


def test_cos_list_08_url_encoding_by_default(client, bucket):
    names = sorted(["a b", "中/文", "a+b", "100%", "x&y<z>", "q?=#"])
    for name in names:
        client.put_object(bucket, b"x", name)
    assert keys(client.list_objects(bucket)) == names
    assert "a%20b" in keys(client.list_objects(bucket, EncodingType="url"))


def test_cos_list_09_xml_escapes(server, client, bucket):
    client.put_object(bucket, b"x", "x&y<z>\"'")
    text = request(server, "GET", bucket).text
    assert re.search(r"<Key>x&amp;y&lt;z(>|&gt;)(\"|&quot;)('|&apos;|&#39;)</Key>", text)


def test_cos_list_10_odd_page_sizes(client, tree):
    assert client.list_objects(tree, MaxKeys=5000)["MaxKeys"] == "1000"
    assert keys(client.list_objects(tree, MaxKeys=0)) == []
    with refused(400, "InvalidArgument"):
        client.list_objects(tree, MaxKeys="many")


def test_cos_list_11_unknown_encoding(server, tree):
    assert request(server, "GET", tree, params={"encoding-type": "utf-8"}).status_code == 400


def test_cos_list_13_empty_parameters_are_absent(server, tree):
    empty = {name: "" for name in ("prefix", "delimiter", "marker", "encoding-type")}
    assert request(server, "GET", tree, params=empty).text == request(server, "GET", tree).text


def test_cos_list_14_what_an_entry_says(client, server, bucket):
    client.put_object(bucket, b"hello", "a")
    entry = client.list_objects(bucket)["Contents"][0]
    assert (entry["ETag"], entry["Size"], entry["StorageClass"]) == (f'"{md5(b"hello")}"', "5", "STANDARD")
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z", entry["LastModified"])
    assert entry["Owner"]["ID"] == server.appid


def test_cos_list_15_region_header(server, bucket):
    assert request(server, "GET", bucket).headers["x-cos-bucket-region"] == server.region


def test_cos_list_16_ten_thousand_objects(client, bucket):
    names = [f"{number:05}" for number in range(10_000)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: client.put_object(bucket, b"x", name), names))
    seen, marker, slowest = [], "", 0.0
    while True:
        start = perf_counter()
        answer = client.list_objects(bucket, Marker=marker)
        slowest = max(slowest, perf_counter() - start)
        seen += keys(answer)
        if answer["IsTruncated"] == "false":
            break
        marker = answer["NextMarker"]
    assert seen == names
    assert slowest < 2.0, "the page itself may take 200 ms; parsing it in Python takes the rest"


def test_cos_list_17_anonymous_lists(client, anonymous, make_bucket):
    open_bucket, closed = make_bucket(ACL="public-read"), make_bucket()
    client.put_object(open_bucket, b"x", "a")
    assert keys(anonymous.list_objects(open_bucket)) == ["a"]
    with refused(403, "AccessDenied"):
        anonymous.list_objects(closed)


def test_cos_list_18_lists_are_current(client, bucket):
    for number in range(5):
        client.put_object(bucket, b"x", f"k{number}")
        assert f"k{number}" in keys(client.list_objects(bucket))
        client.delete_object(bucket, f"k{number}")
        assert f"k{number}" not in keys(client.list_objects(bucket))


def test_cos_list_19_version_two(server, tree):
    first = request(server, "GET", tree, params={"list-type": "2", "max-keys": "3"}).text
    assert "<KeyCount>3</KeyCount>" in first
    token = re.search(r"<NextContinuationToken>(.*?)</NextContinuationToken>", first)[1]
    rest = request(server, "GET", tree, params={"list-type": "2", "continuation-token": token}).text
    assert re.findall(r"<Key>(.*?)</Key>", first) + re.findall(r"<Key>(.*?)</Key>", rest) == KEYS


def test_cos_wire_22_plus_and_space_in_a_query(server, client, bucket):
    client.put_object(bucket, b"x", "a+b")
    client.put_object(bucket, b"x", "a b")
    assert keys(client.list_objects(bucket, Prefix="a+")) == ["a+b"]
    assert keys(client.list_objects(bucket, Prefix="a ")) == ["a b"]
