"""Rows of the picture spec that are seen best from outside: what is stored, answered and left alone."""

import json

import pytest
import requests
from helpers import CosS3Auth, md5, read, refused, request

TO_PNG = '{"is_pic_info":1,"rules":[{"fileid":"b.png","rule":"imageView2/format/png"}]}'


def operations(*rules, info=1):
    return json.dumps({"is_pic_info": info, "rules": [{"fileid": f, "rule": r} for f, r in rules]})


def upload(client, bucket, body, key="a.jpg", rules=TO_PNG):
    return client.ci_put_object(bucket, body, key, PicOperations=rules)[1]


@pytest.fixture
def land(image):
    return image("land_640x427.jpg")


def test_pers_01_pers_02_pers_39_one_rule(server, client, bucket, land):
    answer = request(server, "PUT", bucket, "a.jpg", data=land, headers={"Pic-Operations": TO_PNG})
    assert answer.headers["Content-Type"] == "application/xml"
    places = [answer.text.index(f"<{name}>") for name in ("UploadResult", "OriginalInfo", "ProcessResults", "Object")]
    assert places == sorted(places)
    assert read(client, bucket, "a.jpg") == land and read(client, bucket, "b.png").startswith(b"\x89PNG")


def test_pers_03_pers_40_original_info(client, bucket, land):
    response, data = client.ci_put_object(bucket, land, "a.jpg", PicOperations=TO_PNG)
    original = data["OriginalInfo"]
    assert original["Key"] == "a.jpg" and "://" not in original["Location"]
    assert original["ETag"] == f'"{md5(land)}"' == response["ETag"] == client.head_object(bucket, "a.jpg")["ETag"]
    assert response["x-cos-hash-crc64ecma"] and response["x-cos-request-id"]


def test_pers_04_image_info(client, bucket, land):
    info = upload(client, bucket, land)["OriginalInfo"]["ImageInfo"]
    assert (info["Format"], info["Width"], info["Height"]) == ("JPEG", "640", "427")
    assert abs(int(info["Quality"]) - 75) <= 2
    assert len(info["Ave"]) == 8 and int(info["Ave"], 16) >= 0
    assert (info["Orientation"], info["FrameCount"]) == ("0", "1")


def test_pers_05_no_image_info_unless_asked(client, bucket, land):
    rules = [{"fileid": "b.png", "rule": "imageView2/format/png"}]
    for asked in ({"is_pic_info": 0, "rules": rules}, {"rules": rules}):
        assert "ImageInfo" not in upload(client, bucket, land, rules=json.dumps(asked))["OriginalInfo"]


def test_pers_06_object_fields(client, bucket, land):
    result = upload(client, bucket, land)["ProcessResults"]["Object"]
    head = client.head_object(bucket, "b.png")
    assert (result["Key"], result["Format"], result["FrameCount"]) == ("b.png", "png", "1")
    assert (result["Size"], result["ETag"]) == (head["Content-Length"], head["ETag"])
    assert result["Quality"].isdigit() and result["Location"].endswith("/b.png")


@pytest.mark.parametrize(
    "key, fileid, stored",
    [
        ("p1/a.jpg", "/p2/b.png", "p2/b.png"),
        ("p1/a.jpg", "p2/b.png", "p1/p2/b.png"),
        ("p1/a.jpg", "b.png", "p1/b.png"),
        ("a.jpg", "b.png", "b.png"),
    ],
)
def test_pers_09_pers_10_pers_11_pers_12_where_results_go(client, bucket, land, key, fileid, stored):
    data = upload(client, bucket, land, key, operations((fileid, "imageMogr2/thumbnail/50x")))
    assert data["ProcessResults"]["Object"]["Key"] == stored
    assert client.object_exists(bucket, stored)


def test_pers_17_the_extension_decides_nothing(client, bucket, land):
    upload(client, bucket, land, rules=operations(("test.jpg", "imageMogr2/format/png")))
    assert client.head_object(bucket, "test.jpg")["Content-Type"] == "image/png"
    assert read(client, bucket, "test.jpg").startswith(b"\x89PNG")


def test_pers_21_a_style_is_its_body(client, bucket, land):
    body = "imageMogr2/thumbnail/!50p"
    client.ci_put_image_style(bucket, Request={"StyleName": "test", "StyleBody": body})
    upload(client, bucket, land, rules=operations(("styled.jpg", "style/test"), ("plain.jpg", body)))
    assert read(client, bucket, "styled.jpg") == read(client, bucket, "plain.jpg")


def test_pers_23_no_rules(client, bucket, land):
    data = upload(client, bucket, land, rules='{"is_pic_info":1}')
    assert data["OriginalInfo"]["ImageInfo"]["Width"] == "640" and data["ProcessResults"] is None
    assert read(client, bucket, "a.jpg") == land


def test_pers_28_ignore_error_keeps_the_original(client, bucket, image):
    gif = image("gif301_10x10.gif")
    rules = operations(("b.png", "imageMogr2/ignore-error/1/format/png"))
    result = upload(client, bucket, gif, "a.gif", rules)["ProcessResults"]["Object"]
    assert result["Format"] == "gif" and read(client, bucket, "b.png") == gif


def test_pers_29_rules_share_the_source(client, bucket, land):
    rules = operations(("a.jpg", "imageMogr2/thumbnail/!50p"), ("b.jpg", "imageMogr2/rotate/90"))
    results = upload(client, bucket, land, rules=rules)["ProcessResults"]["Object"]
    assert [(entry["Width"], entry["Height"]) for entry in results] == [("320", "214"), ("427", "640")]


@pytest.mark.parametrize("flag", ["image_process", "image_process="])
def test_pers_30_pers_31_in_the_cloud(server, client, bucket, land, flag):
    client.put_object(bucket, land, "a.jpg")
    answer = request(server, "POST", bucket, "a.jpg", flag=flag, headers={"Pic-Operations": TO_PNG})
    assert answer.status_code == 200 and "<UploadResult>" in answer.text
    assert client.object_exists(bucket, "b.png") and read(client, bucket, "a.jpg") == land


def test_pers_32_pers_33_in_the_cloud_refused(server, client, bucket, land):
    asked = {"Pic-Operations": TO_PNG}
    missing = request(server, "POST", bucket, "none.jpg", flag="image_process", headers=asked)
    assert missing.status_code == 404 and "<Code>NoSuchKey</Code>" in missing.text
    client.put_object(bucket, land, "a.jpg")
    bare = request(server, "POST", bucket, "a.jpg", flag="image_process")
    assert bare.status_code == 400 and "<Code>InvalidPicOperations</Code>" in bare.text


def test_pers_34_in_the_cloud_needs_more_than_reading(client, anonymous, make_bucket, land):
    bucket = make_bucket(ACL="public-read")
    client.put_object(bucket, land, "a.jpg")
    with refused(403, "AccessDenied"):
        anonymous.ci_image_process(bucket, "a.jpg", PicOperations=TO_PNG)
    assert not client.object_exists(bucket, "b.png")


def test_pers_37_a_failed_rule_leaves_the_upload_open(client, bucket, image):
    upload_id = client.create_multipart_upload(bucket, "m.jpg")["UploadId"]
    part = client.upload_part(bucket, "m.jpg", image("text.jpg"), 1, upload_id)
    parts = {"Part": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    with refused(400, "InvalidImageFormat"):
        client.complete_multipart_upload(bucket, "m.jpg", upload_id, parts, PicOperations=TO_PNG)
    client.complete_multipart_upload(bucket, "m.jpg", upload_id, parts)
    assert read(client, bucket, "m.jpg") == image("text.jpg")


def test_pers_38_rules_before_the_end_are_ignored(client, bucket, land):
    upload_id = client.create_multipart_upload(bucket, "m.jpg", PicOperations="{")["UploadId"]
    part = client.upload_part(bucket, "m.jpg", land, 1, upload_id, PicOperations="{")
    done = client.complete_multipart_upload(
        bucket, "m.jpg", upload_id, {"Part": [{"PartNumber": 1, "ETag": part["ETag"]}]}
    )
    assert "ProcessResults" not in done


def test_pers_42_a_wrong_digest_stores_nothing(client, bucket, land):
    with refused(400, "BadDigest"):
        client.ci_put_object(bucket, land, "a.jpg", PicOperations=TO_PNG, ContentMD5="AAAAAAAAAAAAAAAAAAAAAA==")
    assert "Contents" not in client.list_objects(bucket)


def test_pers_43_what_is_said_of_the_original_stays_with_it(client, bucket, land):
    client.ci_put_object(
        bucket,
        land,
        "a.jpg",
        PicOperations=TO_PNG,
        ACL="public-read",
        StorageClass="STANDARD_IA",
        Metadata={"x-cos-meta-a": "1"},
    )
    original, result = client.head_object(bucket, "a.jpg"), client.head_object(bucket, "b.png")
    assert (original["x-cos-meta-a"], original["x-cos-storage-class"]) == ("1", "STANDARD_IA")
    assert "x-cos-meta-a" not in result and "x-cos-storage-class" not in result
    assert client.get_object_acl(bucket, "b.png")["CannedACL"] == "default"


@pytest.mark.parametrize("name, orientation", [("ori6_640x480.jpg", "6"), ("small_100x60.png", "0")])
def test_pers_44_pers_45_orientation_and_quality(client, bucket, image, name, orientation):
    info = upload(client, bucket, image(name), rules='{"is_pic_info":1}')["OriginalInfo"]["ImageInfo"]
    assert info["Orientation"] == orientation
    assert name.endswith("jpg") or info["Quality"] == "100"


def test_pers_46_a_png_tells_the_quality_of_its_source(client, bucket, land):
    data = upload(client, bucket, land)
    assert data["ProcessResults"]["Object"]["Quality"] == data["OriginalInfo"]["ImageInfo"]["Quality"]


def test_pers_47_frames_are_counted(client, bucket, image):
    rules = operations(("b.jpg", "imageMogr2/format/jpg"), ("c.gif", "imageMogr2/thumbnail/100x"))
    data = upload(client, bucket, image("gif_200x100_12.gif"), "a.gif", rules)
    assert data["OriginalInfo"]["ImageInfo"]["FrameCount"] == "12"
    assert [entry["FrameCount"] for entry in data["ProcessResults"]["Object"]] == ["1", "12"]


def test_pers_49_two_results_for_one_place(client, bucket, land):
    rules = operations(("b.png", "imageView2/format/png"), ("/b.png", "imageMogr2/rotate/90"))
    with refused(400, "InvalidPicOperations"):
        upload(client, bucket, land, rules=rules)
    assert "Contents" not in client.list_objects(bucket)


def test_pers_51_tolerant_json(client, bucket, land):
    rules = '{"is_pic_info":"1", "new":[], "rules":[ {"fileid":"b.png", "rule":" imageView2/format/png ", "x":1} ]}'
    data = upload(client, bucket, land, rules=rules)
    assert "ImageInfo" in data["OriginalInfo"] and client.object_exists(bucket, "b.png")


def test_pers_54_forbidden_overwriting(server, client, bucket, land):
    client.put_object(bucket, b"old", "a.jpg")
    headers = {"Pic-Operations": TO_PNG, "x-cos-forbid-overwrite": "true"}
    answer = request(server, "PUT", bucket, "a.jpg", data=land, headers=headers)
    assert answer.status_code == 409
    assert read(client, bucket, "a.jpg") == b"old" and not client.object_exists(bucket, "b.png")


def test_pers_35_the_header_is_signed(server, client, bucket, land):
    url = f"http://{server.address}/a.jpg"
    headers = {"Host": server.bucket_host(bucket), "Pic-Operations": TO_PNG}
    prepared = requests.Request("PUT", url, headers=headers, data=land).prepare()
    prepared = CosS3Auth(server.config(), "a.jpg", {})(prepared)
    assert "pic-operations" in prepared.headers["Authorization"]
    prepared.headers["Pic-Operations"] = TO_PNG.replace("b.png", "c.png")
    assert requests.Session().send(prepared, timeout=10).status_code == 403
    assert not client.object_exists(bucket, "c.png")


def test_req_27_reading_through_a_rule_stores_nothing(server, client, bucket, land):
    client.put_object(bucket, land, "a.jpg")
    assert request(server, "GET", bucket, "a.jpg", params={"imageMogr2/thumbnail/!50p": ""}).status_code == 200
    assert [entry["Key"] for entry in client.list_objects(bucket)["Contents"]] == ["a.jpg"]
