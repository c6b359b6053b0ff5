"""The two calls the project began from, and the Cloud Infinite calls around them, as the SDK's users write them."""

import io
import json

import pytest
from helpers import read, refused

IMAGE_INFO = {"Format", "Width", "Height", "Quality", "Ave", "Orientation", "FrameCount"}
OBJECT = {"Key", "Location", "Format", "Width", "Height", "Size", "Quality", "ETag", "FrameCount"}


def operations(*rules, info=1):
    """`Pic-Operations` for (fileid, rule) pairs."""
    return json.dumps({"is_pic_info": info, "rules": [{"fileid": f, "rule": r} for f, r in rules]})


TO_PNG = operations(("format.png", "imageView2/format/png"))


def leaves(value):
    if isinstance(value, dict):
        return [leaf for inner in value.values() for leaf in leaves(inner)]
    if isinstance(value, list):
        return [leaf for inner in value for leaf in leaves(inner)]
    return [value]


def check_sample_shape(data, key):
    """The key set of the SDK page's sample output; a result's Md5 is an addition of ours."""
    assert set(data) == {"OriginalInfo", "ProcessResults"}
    assert set(data["OriginalInfo"]) == {"Key", "Location", "ETag", "ImageInfo"}
    assert set(data["OriginalInfo"]["ImageInfo"]) == IMAGE_INFO
    assert set(data["ProcessResults"]["Object"]) - {"Md5"} == OBJECT
    assert all(isinstance(leaf, str) for leaf in leaves(data))
    assert data["OriginalInfo"]["Key"] == key


def test_cos_sdk_01_ci_put_object_answers_as_the_sdk_page_shows(client, bucket, image, server):
    photo = io.BytesIO(image("land_640x427.jpg"))
    response, data = client.ci_put_object(Bucket=bucket, Body=photo, Key="local.jpg", PicOperations=TO_PNG)

    check_sample_shape(data, "local.jpg")
    original = data["OriginalInfo"]
    assert original["Location"] == f"{server.bucket_host(bucket)}/local.jpg"
    assert (original["ImageInfo"]["Format"], original["ImageInfo"]["Width"], original["ImageInfo"]["Height"]) == (
        "JPEG",
        "640",
        "427",
    )
    result = data["ProcessResults"]["Object"]
    assert (result["Key"], result["Format"], result["Width"], result["Height"]) == ("format.png", "png", "640", "427")
    assert response["x-cos-request-id"] and response["x-cos-hash-crc64ecma"]
    assert response["Content-Type"] == "application/xml"
    assert response["ETag"] == original["ETag"] == client.head_object(bucket, "local.jpg")["ETag"]

    stored = read(client, bucket, "format.png")
    assert stored.startswith(b"\x89PNG\r\n\x1a\n") and len(stored) == int(result["Size"])
    assert read(client, bucket, "local.jpg") == image("land_640x427.jpg")


def test_cos_sdk_02_every_parameter_of_ci_put_object(client, bucket, image, server):
    photo = image("land_640x427.jpg")
    other = "100000000002"
    response, data = client.ci_put_object(
        Bucket=bucket,
        Body=photo,
        Key="all/local.jpg",
        PicOperations=TO_PNG,
        ACL="private",
        GrantFullControl=f'id="{other}"',
        GrantRead='id="100000000003"',
        StorageClass="STANDARD_IA",
        Expires="Wed, 21 Oct 2037 07:28:00 GMT",
        CacheControl="max-age=60",
        ContentType="image/jpeg",
        ContentDisposition='attachment; filename="a b.jpg"',
        ContentEncoding="identity",
        ContentLanguage="de",
        ContentLength=str(len(photo)),
        EnableMD5=True,
        Metadata={"x-cos-meta-key1": "value1", "x-cos-meta-key2": "value 2"},
        TrafficLimit="838860800",
    )
    assert data["ProcessResults"]["Object"]["Key"] == "all/format.png"
    head = client.head_object(bucket, "all/local.jpg")
    expected = {
        "x-cos-storage-class": "STANDARD_IA",
        "Expires": "Wed, 21 Oct 2037 07:28:00 GMT",
        "Cache-Control": "max-age=60",
        "Content-Type": "image/jpeg",
        "Content-Disposition": 'attachment; filename="a b.jpg"',
        "Content-Encoding": "identity",
        "Content-Language": "de",
        "Content-Length": str(len(photo)),
        "x-cos-meta-key1": "value1",
        "x-cos-meta-key2": "value 2",
    }
    assert {name: head.get(name) for name in expected} == expected
    grants = client.get_object_acl(bucket, "all/local.jpg")["AccessControlList"]["Grant"]
    assert {(grant["Grantee"]["ID"], grant["Permission"]) for grant in grants} == {
        (f"qcs::cam::uin/{other}:uin/{other}", "FULL_CONTROL"),
        ("qcs::cam::uin/100000000003:uin/100000000003", "READ"),
    }


def test_cos_sdk_03_ci_put_object_from_local_file(client, bucket, image, tmp_path):
    path = tmp_path / "local.jpg"
    path.write_bytes(image("land_640x427.jpg"))
    _, data = client.ci_put_object_from_local_file(
        Bucket=bucket, LocalFilePath=str(path), Key="dir/local.jpg", PicOperations=TO_PNG
    )
    check_sample_shape(data, "dir/local.jpg")
    assert data["ProcessResults"]["Object"]["Key"] == "dir/format.png"


def test_cos_sdk_04_ci_image_process_on_a_stored_object(client, bucket, image):
    client.put_object(bucket, image("land_640x427.jpg"), "local.jpg")
    response, data = client.ci_image_process(Bucket=bucket, Key="local.jpg", PicOperations=TO_PNG)

    check_sample_shape(data, "local.jpg")
    assert response["x-cos-request-id"]
    assert read(client, bucket, "format.png").startswith(b"\x89PNG")
    assert read(client, bucket, "local.jpg") == image("land_640x427.jpg")


def test_cos_sdk_05_pers_48_one_rule_is_a_dict_and_two_are_a_list(client, bucket, image):
    photo = image("land_640x427.jpg")
    _, one = client.ci_put_object(bucket, photo, "a.jpg", PicOperations=TO_PNG)
    assert isinstance(one["ProcessResults"]["Object"], dict)

    two = operations(("one.png", "imageView2/format/png"), ("two.webp", "imageMogr2/thumbnail/!50p/format/webp"))
    _, data = client.ci_put_object(bucket, photo, "a.jpg", PicOperations=two)
    assert [entry["Key"] for entry in data["ProcessResults"]["Object"]] == ["one.png", "two.webp"]


def test_pers_07_five_rules_come_back_in_their_order(client, bucket, image):
    rules = [
        ("/five/same.png", "imageView2/format/png"),
        ("/five/300.jpg", "imageMogr2/thumbnail/300x"),
        ("/five/400.webp", "imageMogr2/thumbnail/400x/format/webp"),
        ("/five/square.jpg", "imageMogr2/crop/200x200"),
        ("/five/turned.jpg", "imageMogr2/rotate/90"),
    ]
    _, data = client.ci_put_object(bucket, image("land_640x427.jpg"), "p/five.jpg", PicOperations=operations(*rules))
    results = data["ProcessResults"]["Object"]
    assert [entry["Key"] for entry in results] == [name.lstrip("/") for name, _ in rules]
    sizes = [(entry["Format"], entry["Width"], entry["Height"]) for entry in results]
    assert sizes == [
        ("png", "640", "427"),
        ("jpeg", "300", "200"),
        ("webp", "400", "267"),
        ("jpeg", "200", "200"),
        ("jpeg", "427", "640"),
    ]
    for entry in results:
        head = client.head_object(bucket, entry["Key"])
        assert (head["ETag"], head["Content-Length"]) == (entry["ETag"], entry["Size"])


def test_cos_sdk_06_wrong_content_md5_stores_nothing(client, bucket, image):
    with refused(400, "BadDigest"):
        client.ci_put_object(
            bucket, image("land_640x427.jpg"), "a.jpg", PicOperations=TO_PNG, ContentMD5="AAAAAAAAAAAAAAAAAAAAAA=="
        )
    assert not client.object_exists(bucket, "a.jpg")
    assert not client.object_exists(bucket, "format.png")


def test_cos_sdk_07_ci_image_process_of_a_missing_key(client, bucket):
    with refused(404, "NoSuchKey"):
        client.ci_image_process(bucket, "missing.jpg", PicOperations=TO_PNG)


def test_cos_sdk_08_reading_through_rules(client, bucket, image, tmp_path):
    client.put_object(bucket, image("land_640x427.jpg"), "a.jpg")

    out = tmp_path / "half.jpg"
    client.ci_get_object(bucket, "a.jpg", str(out), Rule="imageMogr2/thumbnail/!50p")
    assert out.read_bytes()[:2] == b"\xff\xd8"
    out = tmp_path / "a.webp"
    client.ci_download_compress_image(bucket, "a.jpg", str(out), CompressType="webp")
    assert out.read_bytes()[8:12] == b"WEBP"
    _, info = client.ci_get_image_info(bucket, "a.jpg")
    info = json.loads(info)
    assert (info["format"], info["width"], info["height"]) == ("jpeg", "640", "427")


def test_cos_sdk_08_ci_get_image_exif_info_and_average_colour(client, bucket, image):
    client.put_object(bucket, image("exif.jpg"), "exif.jpg")
    _, exif = client.ci_get_image_exif_info(bucket, "exif.jpg")
    assert json.loads(exif)["DateTime"]["val"] == "2024:05:06 07:08:09"
    _, average = client.ci_get_image_ave_info(bucket, "exif.jpg")
    assert json.loads(average)["RGB"].startswith("0x")


def test_cos_sdk_09_image_styles_on_pic_and_cos_hosts(server, client, make_bucket):
    for speaker in (client, server.proxy_client()):
        bucket = make_bucket()
        style = {"StyleName": "half", "StyleBody": "imageMogr2/thumbnail/!50p"}
        speaker.ci_put_image_style(bucket, Request=style)
        _, found = speaker.ci_get_image_style(bucket, Request={"StyleName": "half"})
        assert found["StyleRule"] in (style, [style])
        speaker.ci_delete_image_style(bucket, Request={"StyleName": "half"})
        _, found = speaker.ci_get_image_style(bucket, Request={"StyleName": "half"})
        assert "StyleRule" not in (found or {})


@pytest.mark.parametrize(
    "pic_operations, status, code",
    [
        ("{", 400, "InvalidPicOperations"),
        (operations(*[(f"{n}.png", "imageView2/format/png") for n in range(6)]), 400, "InvalidPicOperations"),
        (operations(("", "imageView2/format/png")), 400, "InvalidPicOperations"),
        (operations(("a/", "imageView2/format/png")), 400, "InvalidPicOperations"),
        (operations(("b.png", "imageMogr2/foo/1")), 400, "InvalidArgument"),
        (operations(("b.png", "imageInfo")), 400, "InvalidPicOperations"),
        (operations(("b.png", "style/none")), 400, "InvalidPicOperations"),
    ],
    ids=["bad_json", "six_rules", "no_fileid", "folder_fileid", "unknown_word", "info_verb", "unknown_style"],
)
def test_pers_08_pers_13_pers_22_pers_24_pers_25_pers_50_bad_rules_store_nothing(
    client, bucket, image, pic_operations, status, code
):
    with refused(status, code):
        client.ci_put_object(bucket, image("land_640x427.jpg"), "a.jpg", PicOperations=pic_operations)
    assert "Contents" not in client.list_objects(bucket)


@pytest.mark.parametrize("name", ["text.jpg", "truncated.jpg"])
def test_pers_26_what_is_no_picture_stores_nothing(client, bucket, image, name):
    with refused(400, "InvalidImageFormat"):
        client.ci_put_object(bucket, image(name), "a.jpg", PicOperations=TO_PNG)
    assert "Contents" not in client.list_objects(bucket)


def test_pers_27_one_failing_rule_stores_nothing(client, bucket, image):
    rules = operations(("ok.png", "imageView2/format/png"), ("bad.gif", "imageMogr2/cut/10x10x5000x5000"))
    with refused(400):
        client.ci_put_object(bucket, image("land_640x427.jpg"), "a.jpg", PicOperations=rules)
    assert "Contents" not in client.list_objects(bucket)


def test_pers_41_a_source_over_32_mb_is_refused(client, bucket):
    with refused(400, "ImageTooLarge"):
        client.ci_put_object(bucket, b"\xff\xd8" + bytes(33 << 20), "a.jpg", PicOperations=TO_PNG)
    assert "Contents" not in client.list_objects(bucket)


def test_pers_16_a_result_may_replace_the_original(client, bucket, image):
    rules = operations(("a.jpg", "imageMogr2/thumbnail/!50p"))
    _, data = client.ci_put_object(bucket, image("land_640x427.jpg"), "a.jpg", PicOperations=rules)
    assert data["OriginalInfo"]["ETag"] == client.head_object(bucket, "a.jpg")["ETag"]
    _, info = client.ci_get_image_info(bucket, "a.jpg")
    assert json.loads(info)["width"] == "320"


def test_pers_14_pers_15_pers_52_names_beyond_ascii(client, bucket, image):
    rules = operations(("%E4%B8%AD.png", "imageView2/format/png"), ("a&b<c>.png", "imageView2/format/png"))
    _, data = client.ci_put_object(bucket, image("small_100x60.png"), "ä.png", PicOperations=rules)
    assert [entry["Key"] for entry in data["ProcessResults"]["Object"]] == ["中.png", "a&b<c>.png"]
    assert client.object_exists(bucket, "中.png") and client.object_exists(bucket, "a&b<c>.png")


def test_pers_18_pers_19_results_in_another_bucket(client, make_bucket, image, server):
    here, there = make_bucket(), make_bucket()

    def rule(bucket):
        return json.dumps({"rules": [{"bucket": bucket, "fileid": "/b.png", "rule": "imageView2/format/png"}]})

    _, data = client.ci_put_object(here, image("small_100x60.png"), "a.png", PicOperations=rule(there))
    assert data["ProcessResults"]["Object"]["Location"] == f"{server.bucket_host(there)}/b.png"
    assert client.object_exists(there, "b.png") and not client.object_exists(here, "b.png")
    with refused(404, "NoSuchBucket"):
        client.ci_put_object(here, image("small_100x60.png"), "c.png", PicOperations=rule(f"no-{server.appid}"))
    assert not client.object_exists(here, "c.png")


def test_pers_36_cos_mpu_24_rules_on_a_multipart_upload(client, bucket, image):
    photo = image("land_640x427.jpg")
    upload = client.create_multipart_upload(bucket, "m.jpg")["UploadId"]
    part = client.upload_part(bucket, "m.jpg", photo, 1, upload)
    done = client.complete_multipart_upload(
        bucket, "m.jpg", upload, {"Part": [{"PartNumber": 1, "ETag": part["ETag"]}]}, PicOperations=TO_PNG
    )
    assert done["ProcessResults"]["Object"]["Key"] == "format.png"
    assert done["ImageInfo"]["Width"] == "640"
    assert read(client, bucket, "m.jpg") == photo
