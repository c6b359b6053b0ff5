"""Who may read and write."""

import pytest
import requests
from helpers import read, refused, request

ALL_USERS = "http://cam.qcloud.com/groups/global/AllUsers"


def test_cos_acl_01_buckets(client, bucket):
    for acl in ("public-read", "public-read-write", "private"):
        client.put_bucket_acl(bucket, ACL=acl)
        assert client.get_bucket_acl(bucket)["CannedACL"] == acl


def test_cos_acl_02_objects(client, bucket, server):
    client.put_object(bucket, b"x", "a")
    for acl in ("public-read", "private", "default"):
        client.put_object_acl(bucket, "a", ACL=acl)
        assert client.get_object_acl(bucket, "a")["CannedACL"] == acl
    answer = request(server, "GET", bucket, "a", params={"acl": ""})
    assert answer.headers["x-cos-acl"] == "default"


def test_cos_acl_03_unknown_words(client, bucket):
    client.put_object(bucket, b"x", "a")
    with refused(400, "InvalidArgument"):
        client.put_bucket_acl(bucket, ACL="public-read-writ")
    with refused(400, "InvalidArgument"):
        client.put_object_acl(bucket, "a", ACL="public-read-writ")


def test_cos_acl_04_private_is_one_grant(client, server, bucket):
    grants = client.get_bucket_acl(bucket)["AccessControlList"]["Grant"]
    assert [(grant["Grantee"]["ID"], grant["Permission"]) for grant in grants] == [(server.owner_id, "FULL_CONTROL")]


def test_cos_acl_05_grants_by_header(client, bucket):
    client.put_bucket_acl(bucket, GrantRead='id="100000000002"', GrantWrite='id="qcs::cam::uin/1001:uin/1001"')
    grants = client.get_bucket_acl(bucket)["AccessControlList"]["Grant"]
    assert {(grant["Grantee"]["ID"], grant["Permission"]) for grant in grants} == {
        ("qcs::cam::uin/100000000002:uin/100000000002", "READ"),
        ("qcs::cam::uin/1001:uin/1001", "WRITE"),
    }


def test_cos_acl_06_grants_by_xml(client, server, bucket):
    policy = {
        "Owner": {"ID": server.owner_id},
        "AccessControlList": {
            "Grant": [
                {
                    "Permission": "READ",
                    "Grantee": {"Type": "CanonicalUser", "ID": "qcs::cam::uin/1002:uin/1002"},
                }
            ]
        },
    }
    client.put_bucket_acl(bucket, policy)
    grants = client.get_bucket_acl(bucket)["AccessControlList"]["Grant"]
    assert [(grant["Grantee"]["ID"], grant["Permission"]) for grant in grants] == [
        ("qcs::cam::uin/1002:uin/1002", "READ")
    ]


def test_cos_acl_08_a_group_has_only_its_uri(client, make_bucket):
    grants = client.get_bucket_acl(make_bucket(ACL="public-read"))["AccessControlList"]["Grant"]
    assert {"Grantee": {"Type": "Group", "URI": ALL_USERS}, "Permission": "READ"} in grants


@pytest.mark.parametrize(
    "bucket_acl, object_acl, readable",
    [
        ("private", "public-read", True),
        ("public-read", "default", True),
        ("public-read", "private", False),
        ("private", "default", False),
    ],
)
def test_cos_acl_09_cos_acl_10_cos_acl_11_anonymous_reading(
    client, anonymous, make_bucket, bucket_acl, object_acl, readable
):
    bucket = make_bucket(ACL=bucket_acl)
    client.put_object(bucket, b"hello", "a", ACL=object_acl)
    if readable:
        assert read(anonymous, bucket, "a") == b"hello"
    else:
        with refused(403, "AccessDenied"):
            anonymous.get_object(bucket, "a")


def test_cos_acl_12_anonymous_writing(client, anonymous, make_bucket):
    bucket = make_bucket(ACL="public-read-write")
    anonymous.put_object(bucket, b"hello", "a")
    assert read(client, bucket, "a") == b"hello"
    with refused(403, "AccessDenied"):
        anonymous.put_object(make_bucket(ACL="public-read"), b"hello", "a")


def test_cos_acl_13_acls_are_never_public(client, server, make_bucket):
    bucket = make_bucket(ACL="public-read-write")
    client.put_object(bucket, b"x", "a", ACL="public-read")
    for path in ("/?acl", "/a?acl", "/?acl="):
        answer = requests.get(
            f"http://{server.address}{path}", headers={"Host": server.bucket_host(bucket)}, timeout=10
        )
        assert answer.status_code == 403


def test_cos_acl_14_malformed_xml(server, bucket):
    answer = request(server, "PUT", bucket, params={"acl": ""}, data=b"<AccessControlPolicy>")
    assert answer.status_code == 400 and "<Code>MalformedXML</Code>" in answer.text
