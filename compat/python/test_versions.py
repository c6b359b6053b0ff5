"""Versions of objects: kept, listed, read, brought back; and the tags each of them has."""

from helpers import read, refused


def test_cos_conf_05_cos_conf_06_versioning_is_never_set_enabled_suspended(client, bucket):
    assert client.get_bucket_versioning(bucket) == {"VersioningConfiguration": None}
    for status in ("Enabled", "Suspended"):
        client.put_bucket_versioning(bucket, Status=status)
        assert client.get_bucket_versioning(bucket)["Status"] == status


def test_cos_get_15_cos_get_16_old_versions_are_read(client, bucket):
    client.put_bucket_versioning(bucket, Status="Enabled")
    first = client.put_object(bucket, b"first", "a")["x-cos-version-id"]
    second = client.put_object(bucket, b"second", "a")["x-cos-version-id"]
    assert first != second
    assert read(client, bucket, "a", VersionId=first) == b"first"
    assert read(client, bucket, "a") == b"second"
    with refused(404, "NoSuchVersion"):
        client.get_object(bucket, "a", VersionId="nonsense")


def test_cos_del_03_cos_del_04_markers_come_and_go(client, bucket):
    client.put_bucket_versioning(bucket, Status="Enabled")
    client.put_object(bucket, b"kept", "a")
    deleted = client.delete_object(bucket, "a")
    assert deleted["x-cos-delete-marker"] == "true"
    with refused(404, "NoSuchKey"):
        client.get_object(bucket, "a")
    client.delete_object(bucket, "a", VersionId=deleted["x-cos-version-id"])
    assert read(client, bucket, "a") == b"kept"


def test_cos_list_20_cos_list_21_versions_are_listed_in_pages(client, bucket):
    client.put_bucket_versioning(bucket, Status="Enabled")
    for key in ("a b", "a b", "dir/c"):
        client.put_object(bucket, b"x", key)
    client.delete_object(bucket, "a b")
    whole = client.list_objects_versions(bucket)
    assert [entry["Key"] for entry in whole["Version"]] == ["a b", "a b", "dir/c"]
    assert [entry["IsLatest"] for entry in whole["DeleteMarker"]] == ["true"]
    seen, markers = [], {}
    while True:
        page = client.list_objects_versions(bucket, MaxKeys=1, **markers)
        seen += page.get("Version", []) + page.get("DeleteMarker", [])
        if page["IsTruncated"] == "false":
            break
        markers = {"KeyMarker": page["NextKeyMarker"], "VersionIdMarker": page["NextVersionIdMarker"]}
    assert len({(entry["Key"], entry["VersionId"]) for entry in seen}) == len(seen) == 4


def test_cos_copy_09_an_old_version_is_copied(client, bucket, server):
    client.put_bucket_versioning(bucket, Status="Enabled")
    old = client.put_object(bucket, b"old", "a")["x-cos-version-id"]
    client.put_object(bucket, b"new", "a")
    source = {"Bucket": bucket, "Key": "a", "Region": server.region, "VersionId": old}
    assert client.copy_object(bucket, "b", source)["VersionId"]
    assert read(client, bucket, "b") == b"old"


def test_cos_obj_04_tags_of_objects(client, bucket):
    client.put_object(bucket, b"x", "a")
    tags = {"TagSet": {"Tag": [{"Key": "b", "Value": "2"}, {"Key": "a", "Value": "1"}]}}
    client.put_object_tagging(bucket, "a", Tagging=tags)
    assert client.get_object_tagging(bucket, "a")["TagSet"]["Tag"] == tags["TagSet"]["Tag"]
    client.delete_object_tagging(bucket, "a")
    assert not client.get_object_tagging(bucket, "a").get("TagSet")
