"""Multipart uploads, by hand and through upload_file."""

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from helpers import md5, read, refused, request
from qcloud_cos import CosServiceError

MIB = 1 << 20


def start(client, bucket, key="m", **options):
    return client.create_multipart_upload(bucket, key, **options)["UploadId"]


def send(client, bucket, upload, bodies, key="m"):
    tags = [client.upload_part(bucket, key, body, n, upload)["ETag"] for n, body in enumerate(bodies, 1)]
    return [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1)]


def complete(client, bucket, upload, parts, key="m"):
    return client.complete_multipart_upload(bucket, key, upload, {"Part": parts})


def test_cos_mpu_01_initiate(client, bucket):
    answer = client.create_multipart_upload(bucket, "m")
    assert (answer["Bucket"], answer["Key"]) == (bucket, "m") and answer["UploadId"]


def test_cos_mpu_02_a_part(client, bucket):
    answer = client.upload_part(bucket, "m", b"hello", 1, start(client, bucket))
    assert answer["ETag"] == f'"{md5(b"hello")}"' and answer["x-cos-hash-crc64ecma"] == "11177612005948864433"


def test_cos_mpu_03_part_numbers(client, bucket):
    upload = start(client, bucket)
    for number in (0, 10001, "abc"):
        with refused(400, "InvalidArgument"):
            client.upload_part(bucket, "m", b"x", number, upload)
    client.upload_part(bucket, "m", b"x", 10000, upload)


def test_cos_mpu_04_parts_in_any_order(client, bucket):
    upload = start(client, bucket)
    bodies = [bytes([n]) * MIB for n in range(4)]
    with ThreadPoolExecutor(4) as pool:
        tags = dict(
            pool.map(lambda n: (n, client.upload_part(bucket, "m", bodies[n], n + 1, upload)["ETag"]), [3, 1, 0, 2])
        )
    complete(client, bucket, upload, [{"PartNumber": n + 1, "ETag": tags[n]} for n in range(4)])
    assert read(client, bucket, "m") == b"".join(bodies)


def test_cos_mpu_05_the_last_version_of_a_part_wins(client, bucket):
    upload = start(client, bucket)
    client.upload_part(bucket, "m", b"first", 1, upload)
    complete(client, bucket, upload, send(client, bucket, upload, [b"second"]))
    assert read(client, bucket, "m") == b"second"


def test_cos_mpu_06_list_parts(client, bucket):
    upload = start(client, bucket, "dir/m m")
    send(client, bucket, upload, [b"a" * MIB, b"b" * MIB, b"c"], "dir/m m")
    answer = client.list_parts(bucket, "dir/m m", upload)
    assert [(part["PartNumber"], part["Size"]) for part in answer["Part"]] == [
        ("1", str(MIB)),
        ("2", str(MIB)),
        ("3", "1"),
    ]
    assert answer["Part"][2]["ETag"] == f'"{md5(b"c")}"' and answer["IsTruncated"] == "false"
    page = client.list_parts(bucket, "dir/m m", upload, MaxParts=2)
    assert (page["IsTruncated"], page["NextPartNumberMarker"]) == ("true", "2")
    rest = client.list_parts(bucket, "dir/m m", upload, PartNumberMarker=2)
    assert [part["PartNumber"] for part in rest["Part"]] == ["3"]


def test_cos_mpu_07_complete(client, bucket):
    upload = start(client, bucket)
    answer = complete(client, bucket, upload, send(client, bucket, upload, [b"a" * MIB, b"bcd"]))
    assert (answer["Bucket"], answer["Key"]) == (bucket, "m")
    assert answer["ETag"] == '"c2957a9d2509f1fb662a40ab811e235d-2"' and answer["Location"].endswith("/m")
    assert answer["x-cos-hash-crc64ecma"] == "16459478348349099966"


def test_cos_mpu_08_lists_that_do_not_fit(client, bucket):
    upload = start(client, bucket)
    one, two = send(client, bucket, upload, [b"a" * MIB, b"b"])
    with refused(400, "InvalidPartOrder"):
        complete(client, bucket, upload, [two, one])
    with refused(400, "InvalidPart"):
        complete(client, bucket, upload, [one, {"PartNumber": 3, "ETag": two["ETag"]}])
    with refused(400, "InvalidPart"):
        complete(client, bucket, upload, [one, {"PartNumber": 2, "ETag": one["ETag"]}])


def test_cos_mpu_09_only_the_last_part_may_be_small(client, bucket):
    upload = start(client, bucket)
    parts = send(client, bucket, upload, [b"small", b"last"])
    with refused(400, "EntityTooSmall"):
        complete(client, bucket, upload, parts)


def test_cos_mpu_10_no_list(server, client, bucket):
    upload = start(client, bucket)
    for body in (b"", b"<Complete", b"<CompleteMultipartUpload></CompleteMultipartUpload>"):
        answer = request(server, "POST", bucket, "m", params={"uploadId": upload}, data=body)
        assert answer.status_code == 400 and "<Code>MalformedXML</Code>" in answer.text


def test_cos_mpu_11_abort(client, bucket):
    upload = start(client, bucket)
    client.upload_part(bucket, "m", b"x", 1, upload)
    client.abort_multipart_upload(bucket, "m", upload)
    with refused(404, "NoSuchUpload"):
        client.abort_multipart_upload(bucket, "m", upload)
    with refused(404, "NoSuchUpload"):
        client.list_parts(bucket, "m", upload)


def test_cos_mpu_12_unknown_upload(client, bucket):
    upload = "0" * 64
    part = [{"PartNumber": 1, "ETag": '"0"'}]
    for call in (
        lambda: client.upload_part(bucket, "m", b"x", 1, upload),
        lambda: client.list_parts(bucket, "m", upload),
        lambda: complete(client, bucket, upload, part),
        lambda: client.abort_multipart_upload(bucket, "m", upload),
    ):
        with refused(404, "NoSuchUpload"):
            call()


def test_cos_mpu_13_list_uploads(client, bucket):
    names = ["a", "d/1", "d/2", "e"]
    for name in names:
        start(client, bucket, name)
    answer = client.list_multipart_uploads(bucket)
    assert [entry["Key"] for entry in answer["Upload"]] == names
    inside = client.list_multipart_uploads(bucket, Prefix="d/")
    assert [entry["Key"] for entry in inside["Upload"]] == ["d/1", "d/2"]
    top = client.list_multipart_uploads(bucket, Delimiter="/")
    assert [entry["Key"] for entry in top["Upload"]] == ["a", "e"]
    assert [entry["Prefix"] for entry in top["CommonPrefixes"]] == ["d/"]
    page = client.list_multipart_uploads(bucket, MaxUploads=3)
    assert page["IsTruncated"] == "true"
    rest = client.list_multipart_uploads(
        bucket, KeyMarker=page["NextKeyMarker"], UploadIdMarker=page["NextUploadIdMarker"]
    )
    assert [entry["Key"] for entry in page["Upload"] + rest["Upload"]] == names


def test_cos_mpu_15_an_interrupted_upload_goes_on(client, bucket, big_file):
    path = big_file(5 * MIB + 7)
    body = path.read_bytes()
    upload = start(client, bucket, "big")
    first = client.upload_part(bucket, "big", body[:MIB], 1, upload)
    assert first["ETag"] == f'"{md5(body[:MIB])}"'
    client.upload_file(bucket, "big", str(path))
    assert read(client, bucket, "big") == body
    assert client.list_multipart_uploads(bucket).get("Upload", []) == [], "the open upload was taken up, not left"


def test_cos_mpu_16_from_a_buffer(client, bucket):
    body = b"".join(bytes([n]) * MIB for n in range(3)) + b"tail"
    client.upload_file_from_buffer(bucket, "buffered", io.BytesIO(body))
    assert read(client, bucket, "buffered") == body


def test_cos_mpu_17_parts_copied_from_an_object(client, server, bucket):
    client.put_object(bucket, b"a" * MIB + b"b" * 10, "source")
    source = {"Bucket": bucket, "Key": "source", "Region": server.region}
    upload = start(client, bucket)
    tags = [
        client.upload_part_copy(bucket, "m", 1, upload, source, CopySourceRange=f"bytes=0-{MIB - 1}")["ETag"],
        client.upload_part_copy(bucket, "m", 2, upload, source)["ETag"],
    ]
    complete(client, bucket, upload, [{"PartNumber": n, "ETag": tag} for n, tag in enumerate(tags, 1)])
    assert read(client, bucket, "m") == b"a" * MIB + b"a" * MIB + b"b" * 10


def test_cos_mpu_18_what_initiate_said_is_on_the_object(client, bucket):
    upload = start(
        client,
        bucket,
        "m.jpg",
        ACL="public-read",
        StorageClass="STANDARD_IA",
        Metadata={"x-cos-meta-a": "1"},
        CacheControl="max-age=1",
    )
    complete(client, bucket, upload, send(client, bucket, upload, [b"x"], "m.jpg"), "m.jpg")
    head = client.head_object(bucket, "m.jpg")
    assert (head["x-cos-meta-a"], head["Cache-Control"], head["x-cos-storage-class"], head["Content-Type"]) == (
        "1",
        "max-age=1",
        "STANDARD_IA",
        "image/jpeg",
    )
    assert client.get_object_acl(bucket, "m.jpg")["CannedACL"] == "public-read"


def test_cos_mpu_20_invisible_until_complete(client, bucket):
    upload = start(client, bucket)
    parts = send(client, bucket, upload, [b"new"])
    with pytest.raises(CosServiceError):
        client.get_object(bucket, "m")
    client.put_object(bucket, b"old", "m")
    assert read(client, bucket, "m") == b"old"
    complete(client, bucket, upload, parts)
    assert read(client, bucket, "m") == b"new"


def test_cos_wire_12_empty_headers_are_absent(server, client, bucket):
    answer = request(server, "POST", bucket, "m.png", params={"uploads": ""}, headers={"Content-Type": ""})
    upload = answer.text.split("<UploadId>")[1].split("</UploadId>")[0]
    complete(client, bucket, upload, send(client, bucket, upload, [b"x"], "m.png"), "m.png")
    assert client.head_object(bucket, "m.png")["Content-Type"] == "image/png"
