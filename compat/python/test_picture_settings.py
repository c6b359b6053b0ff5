"""What buckets say about their pictures, jobs and labels, as the official SDK asks for them."""

import json
import time

from helpers import read, refused, request

TURN = "imageMogr2/rotate/90"


def job(bucket, source, target, rule=TURN):
    output = {"Bucket": bucket, "Region": "ap-guangzhou", "Object": target}
    process = {"IsPicInfo": "true", "ProcessRule": rule}
    return {"Input": {"Object": source}, "Tag": "PicProcess", "Operation": {"PicProcess": process, "Output": output}}


def outcome(client, bucket, job_id):
    for _ in range(600):
        detail = client.ci_get_media_pic_jobs(bucket, job_id)["JobsDetail"][0]
        if detail["State"] not in ("Submitted", "Running"):
            return detail
        time.sleep(0.05)
    raise AssertionError("the job is not over in time")


def test_job_01_a_job_turns_a_picture(client, bucket, image):
    client.put_object(bucket, image("tall_500x1000.jpg"), "in.jpg")
    submitted = client.ci_create_media_pic_jobs(bucket, Jobs=job(bucket, "in.jpg", "out/turned.jpg"))
    detail = outcome(client, bucket, submitted["JobsDetail"][0]["JobId"])
    assert (detail["State"], detail["Code"]) == ("Success", "Success")
    result = detail["Operation"]["PicProcessResult"]["UploadResult"]["ProcessResults"]["Object"]
    assert (result["Width"], result["Height"]) == ("1000", "500")
    info = json.loads(client.ci_get_image_info(bucket, "out/turned.jpg", "imageInfo")[1])
    assert (info["width"], info["height"]) == ("1000", "500")


def test_job_02_jobs_are_listed_and_unknown_ids_named(client, bucket, image):
    client.put_object(bucket, image("tall_500x1000.jpg"), "in.jpg")
    ids = []
    for number in range(3):
        submitted = client.ci_create_media_pic_jobs(bucket, Jobs=job(bucket, "in.jpg", f"{number}.jpg"))
        ids.append(submitted["JobsDetail"][0]["JobId"])
    page = client.ci_list_media_pic_jobs(bucket, "PicProcess", OrderByTime="Asc", Size=2)
    assert [detail["JobId"] for detail in page["JobsDetail"]] == ids[:2]
    page = client.ci_list_media_pic_jobs(bucket, "PicProcess", OrderByTime="Asc", NextToken=page["NextToken"])
    assert [detail["JobId"] for detail in page["JobsDetail"]] == ids[2:]
    unknown = "j" + "0" * 32
    assert client.ci_get_media_pic_jobs(bucket, unknown)["NonExistJobIds"] == unknown


def test_job_01_a_held_queue_lets_jobs_be_cancelled(client, bucket, image):
    client.put_object(bucket, image("tall_500x1000.jpg"), "in.jpg")
    queue = client.ci_get_media_pic_queue(bucket)["QueueList"][0]
    client.ci_update_media_pic_queue(bucket, queue["QueueId"], Request={"Name": "held", "State": "Paused"})
    submitted = client.ci_create_media_pic_jobs(bucket, Jobs=job(bucket, "in.jpg", "out.jpg"))
    job_id = submitted["JobsDetail"][0]["JobId"]
    client.ci_cancel_jobs(bucket, job_id)
    client.ci_update_media_pic_queue(bucket, queue["QueueId"], Request={"Name": "held", "State": "Active"})
    assert outcome(client, bucket, job_id)["State"] == "Cancel"
    with refused(404):
        client.get_object(bucket, "out.jpg")


def test_job_01_a_template_says_what_is_made(client, bucket, image):
    client.put_object(bucket, image("tall_500x1000.jpg"), "in.jpg")
    process = {"IsPicInfo": "false", "ProcessRule": TURN}
    made = client.ci_create_template(bucket, {"Tag": "PicProcess", "Name": "turn", "PicProcess": process})
    template = made["Template"]["TemplateId"]
    assert client.ci_get_template(bucket, Ids=template)["TotalCount"] == "1"
    jobs = job(bucket, "in.jpg", "out.jpg")
    del jobs["Operation"]["PicProcess"]
    jobs["Operation"]["TemplateId"] = template
    submitted = client.ci_create_media_pic_jobs(bucket, Jobs=jobs)
    assert outcome(client, bucket, submitted["JobsDetail"][0]["JobId"])["State"] == "Success"
    client.ci_delete_template(bucket, template)


def test_mogr_meta_02_the_sdk_reads_the_label(client, bucket, image):
    rules = {"rules": [{"fileid": "/out.jpg", "rule": "imageMogr2/AIGCMetadata/Label/MQ/ContentProducer/YWJj"}]}
    client.ci_put_object(bucket, image("land_640x427.jpg"), "in.jpg", PicOperations=json.dumps(rules))
    answer = client.ci_get_image_aigc_metadata(bucket, "out.jpg")[1]
    label = json.loads(answer["AIGC"])
    assert (label["Label"], label["ContentProducer"]) == ("1", "abc")


def test_orig_05_a_protected_original_is_shown_to_its_owner_alone(client, server, bucket, image):
    picture = image("land_640x427.jpg")
    client.put_object(bucket, picture, "in.jpg")
    assert request(server, "PUT", bucket, flag="origin-protect").status_code == 200
    with refused(403, "AccessDenied"):
        read(client, bucket, "in.jpg")
    assert request(server, "GET", bucket, "in.jpg", {"ci-process": "originImage"}).content == picture


def test_slim_05_downloads_are_slimmed(client, server, bucket, image):
    client.put_object(bucket, image("hd_1200x900.jpg"), "in.jpg")
    slim = "<ImageSlim><SlimMode>Auto</SlimMode><Suffixs><Suffix>jpg</Suffix></Suffixs></ImageSlim>"
    assert request(server, "PUT", bucket, flag="image-slim", data=slim).status_code == 200
    answer = request(server, "GET", bucket, "in.jpg")
    assert answer.headers["X-Slimflag"] in ("1", "2") and len(answer.content) <= len(image("hd_1200x900.jpg"))
