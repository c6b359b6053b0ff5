"""Buckets: made, seen, listed, removed."""

import time

from conftest import remove_bucket
from helpers import refused, request


def test_cos_bkt_01_cos_bkt_06_created_buckets_are_there(client, bucket, server):
    assert client.head_bucket(bucket)["x-cos-bucket-region"] == server.region
    assert client.bucket_exists(bucket)
    assert not client.bucket_exists(f"nowhere-{server.appid}")


def test_cos_bkt_02_acl_at_creation(client, make_bucket):
    assert client.get_bucket_acl(make_bucket(ACL="public-read"))["CannedACL"] == "public-read"


def test_cos_bkt_03_twice_is_a_conflict(client, bucket):
    with refused(409, "BucketAlreadyOwnedByYou"):
        client.create_bucket(bucket)


def test_cos_bkt_06_anonymous_callers_may_not_look(anonymous, bucket):
    with refused(403):
        anonymous.head_bucket(bucket)


def test_cos_bkt_07_delete_and_again(client, make_bucket):
    bucket = make_bucket()
    client.delete_bucket(bucket)
    with refused(404, "NoSuchBucket"):
        client.delete_bucket(bucket)


def test_cos_bkt_08_only_empty_buckets_go(client, bucket):
    client.put_object(bucket, b"x", "a")
    with refused(409, "BucketNotEmpty"):
        client.delete_bucket(bucket)
    client.delete_object(bucket, "a")
    upload = client.create_multipart_upload(bucket, "m")["UploadId"]
    with refused(409, "BucketNotEmpty"):
        client.delete_bucket(bucket)
    client.abort_multipart_upload(bucket, "m", upload)


def test_cos_bkt_09_list_buckets(client, bucket, server):
    answer = client.list_buckets()
    assert answer["Owner"]["ID"] == server.owner_id
    assert answer["IsTruncated"] == "false" and "Marker" in answer
    mine = next(entry for entry in answer["Buckets"]["Bucket"] if entry["Name"] == bucket)
    assert mine["Location"] == server.region
    time.strptime(mine["CreationDate"], "%Y-%m-%dT%H:%M:%SZ")


def test_cos_bkt_11_pages_of_two(client, make_bucket):
    made = {make_bucket() for _ in range(5)}
    seen, marker = [], ""
    while True:
        answer = client.list_buckets(MaxKeys=2, Marker=marker)
        seen += [entry["Name"] for entry in answer["Buckets"]["Bucket"]]
        if answer["IsTruncated"] == "false":
            break
        marker = answer["NextMarker"]
    assert len(seen) == len(set(seen)) and made <= set(seen)


def test_cos_bkt_13_anonymous_callers_get_no_list(anonymous):
    with refused(403, "AccessDenied"):
        anonymous.list_buckets()


def test_cos_bkt_14_location(client, bucket, server):
    assert client.get_bucket_location(bucket)["LocationConstraint"] == server.region


def test_cos_bkt_15_unknown_sub_resource(server, client):
    name = f"subresource-{server.appid}"
    assert request(server, "PUT", name, params={"frobnicate": ""}).status_code in (404, 405, 501)
    assert not client.bucket_exists(name)
    remove_bucket(client, name)


def test_cos_bkt_18_an_empty_bucket_lists_nothing(client, bucket):
    assert "Contents" not in client.list_objects(bucket)
