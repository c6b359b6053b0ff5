"""Copying inside the server."""

import pytest
from helpers import read, refused, request


def source(server, bucket, key):
    return {"Bucket": bucket, "Key": key, "Region": server.region}


@pytest.fixture
def original(client, bucket):
    client.put_object(bucket, b"hello", "a", ContentType="text/x-own", Metadata={"x-cos-meta-a": "1"}, ACL="public-read")
    return bucket


def test_cos_copy_01_same_bucket(client, server, original):
    answer = client.copy_object(original, "b", source(server, original, "a"))
    assert answer["ETag"] == client.head_object(original, "a")["ETag"]
    assert answer["CRC64"] == "11177612005948864433" and answer["LastModified"]
    assert read(client, original, "b") == b"hello"


def test_cos_copy_02_other_bucket(client, server, original, make_bucket):
    other = make_bucket()
    client.copy_object(other, "b", source(server, original, "a"))
    assert read(client, other, "b") == b"hello"


def test_cos_copy_02_the_high_level_call(server, original):
    client = server.proxy_client()
    client.copy(original, "b", source(server, original, "a"))
    assert read(client, original, "b") == b"hello"


def test_cos_copy_03_directive_copy_keeps_metadata(client, server, original):
    client.copy_object(original, "b", source(server, original, "a"), CopyStatus="Copy")
    head = client.head_object(original, "b")
    assert (head["Content-Type"], head["x-cos-meta-a"]) == ("text/x-own", "1")


def test_cos_copy_04_directive_replaced(client, server, original):
    new = {"x-cos-meta-b": "2"}
    client.copy_object(original, "b", source(server, original, "a"), CopyStatus="Replaced", Metadata=new)
    head = client.head_object(original, "b")
    assert head["x-cos-meta-b"] == "2" and "x-cos-meta-a" not in head


def test_cos_copy_05_onto_itself_without_a_change(client, server, original):
    with refused(400, "InvalidRequest"):
        client.copy_object(original, "a", source(server, original, "a"))


def test_cos_copy_06_changes_in_place(client, server, original):
    client.update_object_meta(original, "a", Metadata={"x-cos-meta-c": "3"})
    assert client.head_object(original, "a")["x-cos-meta-c"] == "3"
    client.change_object_storage_class(original, "a", "STANDARD_IA")
    assert client.head_object(original, "a")["x-cos-storage-class"] == "STANDARD_IA"


def test_cos_copy_07_cos_copy_08_spellings_of_a_source(client, server, bucket):
    key = "dir/中 文+&.txt"
    client.put_object(bucket, b"hello", key)
    client.copy_object(bucket, "one", source(server, bucket, key))
    assert read(client, bucket, "one") == b"hello"
    encoded = "dir%2F%E4%B8%AD%20%E6%96%87%2B%26.txt"
    for number, spelling in enumerate([f"{server.bucket_host(bucket)}/{encoded}", f"/{bucket}/{encoded}"]):
        answer = request(server, "PUT", bucket, f"two{number}", headers={"x-cos-copy-source": spelling})
        assert answer.status_code == 200, answer.text


def test_cos_copy_10_nothing_to_copy(client, server, bucket):
    with refused(404, "NoSuchKey"):
        client.copy_object(bucket, "b", source(server, bucket, "missing"))
    with refused(404, "NoSuchBucket"):
        client.copy_object(bucket, "b", source(server, f"nowhere-{server.appid}", "a"))


def test_cos_copy_11_conditions(client, server, original):
    with refused(412, "PreconditionFailed"):
        client.copy_object(original, "b", source(server, original, "a"), CopySourceIfMatch='"0"')


def test_cos_copy_12_the_acl_is_never_copied(client, server, original):
    client.copy_object(original, "b", source(server, original, "a"))
    assert client.get_object_acl(original, "b")["CannedACL"] == "default"
