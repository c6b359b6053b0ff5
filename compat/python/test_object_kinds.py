"""Objects beyond plain ones: appended to, archived, linked, locked."""

from helpers import md5, read, refused


def test_cos_obj_01_cos_obj_03_append(client, bucket):
    answer = client.append_object(bucket, "log", 0, b"hello ")
    assert answer["x-cos-next-append-position"] == "6"
    answer = client.append_object(bucket, "log", 6, b"world")
    assert answer["x-cos-content-sha1"] == md5(b"world")
    assert answer["ETag"] == f'"{md5(b"hello world")}"'
    assert read(client, bucket, "log") == b"hello world"
    with refused(409, "AppendPositionErr"):
        client.append_object(bucket, "log", 3, b"x")


def test_cos_obj_02_append_to_a_normal_object(client, bucket):
    client.put_object(bucket, b"x", "a")
    with refused(409, "ObjectNotAppendable"):
        client.append_object(bucket, "a", 1, b"y")


def test_cos_get_17_cos_obj_05_archives_are_restored(client, bucket):
    client.put_object(bucket, b"cold", "a", StorageClass="ARCHIVE")
    with refused(403, "InvalidObjectState"):
        client.get_object(bucket, "a")
    wish = {"Days": 1, "CASJobParameters": {"Tier": "Expedited"}}
    client.restore_object(bucket, "a", RestoreRequest=wish)
    assert client.head_object(bucket, "a")["x-cos-restore"].startswith('ongoing-request="false"')
    assert read(client, bucket, "a") == b"cold"
    client.put_object(bucket, b"warm", "b")
    with refused(405, "RestoreNonArchiveObject"):
        client.restore_object(bucket, "b", RestoreRequest=wish)


def test_cos_obj_06_symlinks(client, bucket):
    client.put_object(bucket, b"content", "target")
    client.put_symlink(bucket, "link", "target")
    assert client.get_symlink(bucket, "link")["x-cos-symlink-target"] == "target"
    assert read(client, bucket, "link") == b"content"


def test_cos_conf_21_object_lock(client, bucket):
    with refused(404, "NoSuchObjectLockConfiguration"):
        client.get_bucket_object_lock(bucket)
    client.put_bucket_object_lock(bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled"})
    assert client.get_bucket_object_lock(bucket)["ObjectLockEnabled"] == "Enabled"
