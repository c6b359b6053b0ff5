"""Storing objects."""

import io
import random
import socket
import threading
import time

import pytest
import requests
from helpers import CosS3Auth, md5, md5_base64, read, refused, request


def test_cos_put_01_bytes(client, bucket):
    answer = client.put_object(bucket, b"hello", "a.txt")
    assert answer["ETag"] == f'"{md5(b"hello")}"'
    assert answer["x-cos-hash-crc64ecma"] == "11177612005948864433"


def test_cos_put_02_a_file(client, bucket, tmp_path):
    (tmp_path / "f").write_bytes(b"from a file")
    with (tmp_path / "f").open("rb") as file:
        client.put_object(bucket, file, "a")
    assert read(client, bucket, "a") == b"from a file"


def test_cos_put_03_nothing(client, bucket):
    answer = client.put_object(bucket, b"", "empty")
    assert answer["ETag"] == '"d41d8cd98f00b204e9800998ecf8427e"'
    head = client.head_object(bucket, "empty")
    assert (head["Content-Length"], head["x-cos-hash-crc64ecma"]) == ("0", "0")


def test_cos_put_04_overwriting_leaves_nothing_of_the_old(client, bucket):
    client.put_object(bucket, b"old", "a", ACL="public-read", Metadata={"x-cos-meta-a": "1"}, ContentType="x/old")
    client.put_object(bucket, b"new", "a")
    head = client.head_object(bucket, "a")
    assert read(client, bucket, "a") == b"new"
    assert "x-cos-meta-a" not in head and head["Content-Type"] == "application/octet-stream"
    assert client.get_object_acl(bucket, "a")["CannedACL"] == "default"


def test_cos_put_05_content_md5(client, bucket):
    client.put_object(bucket, b"hello", "right", ContentMD5=md5_base64(b"hello"))
    with refused(400, "BadDigest"):
        client.put_object(bucket, b"hello", "wrong", ContentMD5=md5_base64(b"other"))
    with refused(400, "InvalidDigest"):
        client.put_object(bucket, b"hello", "wrong", ContentMD5="no digest")
    assert not client.object_exists(bucket, "wrong")


def test_cos_put_06_enable_md5(client, bucket):
    client.put_object(bucket, b"hello", "a", EnableMD5=True)
    client.put_object(bucket, io.BytesIO(b"hello"), "b", EnableMD5=True)


def test_cos_put_07_content_type_is_kept(client, bucket):
    client.put_object(bucket, b"x", "a.jpg", ContentType="text/x-own; charset=utf-8")
    assert client.head_object(bucket, "a.jpg")["Content-Type"] == "text/x-own; charset=utf-8"


@pytest.mark.parametrize(
    "key, content_type",
    [
        ("a.jpg", "image/jpeg"),
        ("a.png", "image/png"),
        ("a.gif", "image/gif"),
        ("a.webp", "image/webp"),
        ("a.txt", "text/plain"),
        ("a.zip", "application/zip"),
        ("a", "application/octet-stream"),
    ],
)
def test_cos_put_08_content_type_from_the_name(client, bucket, key, content_type):
    client.put_object(bucket, b"x", key)
    assert client.head_object(bucket, key)["Content-Type"] == content_type


def test_cos_put_09_standard_headers_come_back(client, bucket):
    client.put_object(
        bucket,
        b"x",
        "a",
        CacheControl="max-age=1",
        ContentDisposition="inline",
        ContentEncoding="identity",
        ContentLanguage="de",
        Expires="Wed, 21 Oct 2037 07:28:00 GMT",
    )
    for answer in (client.head_object(bucket, "a"), client.get_object(bucket, "a")):
        assert answer["Cache-Control"] == "max-age=1"
        assert answer["Content-Disposition"] == "inline"
        assert answer["Content-Encoding"] == "identity"
        assert answer["Content-Language"] == "de"
        assert answer["Expires"] == "Wed, 21 Oct 2037 07:28:00 GMT"


def test_cos_put_10_metadata(client, bucket):
    client.put_object(bucket, b"x", "a", Metadata={"x-cos-meta-Mixed-Case": "Value", "x-other": "dropped"})
    head = client.head_object(bucket, "a")
    assert head["x-cos-meta-mixed-case"] == "Value"
    assert "x-other" not in head and "x-cos-meta-Mixed-Case" not in head


def test_cos_put_12_storage_class(client, bucket):
    client.put_object(bucket, b"x", "std", StorageClass="STANDARD")
    client.put_object(bucket, b"x", "ia", StorageClass="STANDARD_IA")
    client.put_object(bucket, b"x", "arc", StorageClass="ARCHIVE")
    assert "x-cos-storage-class" not in client.head_object(bucket, "std")
    assert client.head_object(bucket, "ia")["x-cos-storage-class"] == "STANDARD_IA"
    assert client.head_object(bucket, "arc")["x-cos-storage-class"] == "ARCHIVE"
    listed = {entry["Key"]: entry["StorageClass"] for entry in client.list_objects(bucket)["Contents"]}
    assert listed == {"std": "STANDARD", "ia": "STANDARD_IA", "arc": "ARCHIVE"}


def test_cos_put_13_unknown_storage_class(client, bucket):
    with refused(400):
        client.put_object(bucket, b"x", "a", StorageClass="GOLD")


def test_cos_put_14_acl_and_grants_at_upload(client, bucket):
    client.put_object(bucket, b"x", "open", ACL="public-read")
    assert client.get_object_acl(bucket, "open")["CannedACL"] == "public-read"
    client.put_object(bucket, b"x", "given", GrantRead='id="100000000002"', GrantFullControl='id="100000000003"')
    grants = client.get_object_acl(bucket, "given")["AccessControlList"]["Grant"]
    assert {grant["Permission"] for grant in grants} == {"READ", "FULL_CONTROL"}


def test_cos_put_18_content_length_as_text(client, bucket):
    client.put_object(bucket, b"hello", "a", ContentLength="5")
    assert read(client, bucket, "a") == b"hello"


def test_cos_put_19_no_length(server, bucket):
    prepared = requests.Request(
        "PUT", f"http://{server.address}/a", headers={"Host": server.bucket_host(bucket)}
    ).prepare()
    prepared.headers.pop("Content-Length", None)
    authorization = CosS3Auth(server.config(), "a", {})(prepared).headers["Authorization"]
    with socket.create_connection((server.host, server.port), timeout=10) as connection:
        head = f"PUT /a HTTP/1.1\r\nHost: {server.bucket_host(bucket)}\r\nAuthorization: {authorization}\r\n"
        connection.sendall(f"{head}Connection: close\r\n\r\n".encode())
        assert b" 411 " in connection.recv(1 << 16).split(b"\r\n")[0]


def test_cos_put_21_50_mb(client, bucket, big_file):
    path = big_file(50_000_000)
    with path.open("rb") as file:
        answer = client.put_object(bucket, file, "big")
    assert answer["ETag"] == f'"{md5(path.read_bytes())}"'
    assert read(client, bucket, "big") == path.read_bytes()


def test_cos_put_23_the_longest_key(client, bucket):
    client.put_object(bucket, b"x", "k" * 850)
    with refused(400, "KeyTooLong"):
        client.put_object(bucket, b"x", "k" * 851)


def test_cos_put_24_degenerate_keys(server, client, bucket):
    for key in ["//////", "./"]:
        assert request(server, "PUT", bucket, key.removeprefix("/"), data=b"x").status_code in (400, 403, 405)
    client.put_object(bucket, b"x", "abc/../")
    assert [entry["Key"] for entry in client.list_objects(bucket)["Contents"]] == ["abc/../"]


def test_cos_put_25_a_folder(client, bucket):
    client.put_object(bucket, b"", "folder/")
    assert client.head_object(bucket, "folder/")["Content-Length"] == "0"


def test_cos_put_26_no_such_bucket(client, server):
    with refused(404, "NoSuchBucket"):
        client.put_object(f"nowhere-{server.appid}", b"x", "a")


def test_cos_put_27_anonymous_callers_may_not_write(anonymous, bucket):
    with refused(403, "AccessDenied"):
        anonymous.put_object(bucket, b"x", "a")


def test_cos_put_29_writers_of_one_key_do_not_mix(client, bucket):
    bodies = [bytes([number]) * 300_000 for number in range(6)]
    threads = [threading.Thread(target=client.put_object, args=(bucket, body, "one")) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answer = client.get_object(bucket, "one")
    body = answer["Body"].get_raw_stream().read()
    assert body in bodies and answer["ETag"] == f'"{md5(body)}"'


def test_cos_put_30_a_reader_sees_the_old_object_until_the_new_is_whole(server, client, bucket):
    client.put_object(bucket, b"old", "a")
    seen = []

    def slowly():
        yield b"n" * 1000
        time.sleep(0.3)
        seen.append(read(client, bucket, "a"))
        yield b"n" * 1000

    assert request(server, "PUT", bucket, "a", data=slowly()).status_code == 200
    assert seen == [b"old"] and read(client, bucket, "a") == b"n" * 2000


def test_cos_put_32_rules_at_upload_answer_with_xml(server, bucket, image):
    rules = '{"is_pic_info":1,"rules":[{"fileid":"b.png","rule":"imageView2/format/png"}]}'
    answer = request(server, "PUT", bucket, "a.png", data=image("red_64x64.png"), headers={"Pic-Operations": rules})
    assert answer.headers["Content-Type"] == "application/xml" and "<UploadResult>" in answer.text


def test_cos_wire_08_chunked_bodies(server, client, bucket):
    pieces = [random.Random(n).randbytes(70_000) for n in range(5)]
    assert request(server, "PUT", bucket, "a", data=iter(pieces)).status_code == 200
    assert read(client, bucket, "a") == b"".join(pieces)


def test_cos_wire_15_a_cut_upload_leaves_nothing(server, client, bucket):
    with pytest.raises(requests.RequestException):
        request(server, "PUT", bucket, "a", data=cut_short())
    time.sleep(0.2)
    assert not client.object_exists(bucket, "a")


def cut_short():
    yield b"x" * 100_000
    raise requests.ConnectionError("the client went away")
