"""Temporary keys from the official STS helper, used by the official SDK (COS-AUTH-21)."""

import pytest
from sts.sts import Sts

from helpers import read, refused


@pytest.fixture
def lend(server, bucket):
    """A function that asks the server itself for a key to a prefix."""

    def ask(prefix, *actions):
        settings = dict(
            url=f"http://{server.address}/",
            secret_id=server.secret_id,
            secret_key=server.secret_key,
            bucket=bucket,
            region=server.region,
            duration_seconds=1800,
            allow_prefix=[prefix],
            allow_actions=[f"name/cos:{action}" for action in actions],
        )
        return Sts(settings).get_credential()["credentials"]

    return ask


def test_a_key_for_a_prefix(server, client, bucket, lend):
    client.put_object(bucket, b"secret", "yours/a")
    keys = lend("mine/*", "PutObject", "GetObject")
    lent = server.client(SecretId=keys["tmpSecretId"], SecretKey=keys["tmpSecretKey"], Token=keys["sessionToken"])
    lent.put_object(bucket, b"hello", "mine/图.txt")
    assert read(lent, bucket, "mine/图.txt") == b"hello"
    with refused(403, "AccessDenied"):
        lent.get_object(bucket, "yours/a")
    with refused(403, "AccessDenied"):
        lent.delete_object(bucket, "mine/图.txt")


def test_another_token_opens_nothing(server, bucket, lend):
    keys = lend("*", "*")
    lent = server.client(SecretId=keys["tmpSecretId"], SecretKey=keys["tmpSecretKey"], Token="nonsense")
    with refused(403, "InvalidAccessKeyId"):
        lent.list_objects(bucket)
