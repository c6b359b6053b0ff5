"""Documents a bucket keeps about itself: what goes in comes out as the same dict."""

from helpers import refused

CORS = {
    "CORSRule": [
        {
            "ID": "1",
            "AllowedOrigin": ["https://example.com", "https://other.example.com"],
            "AllowedMethod": ["GET", "PUT"],
            "AllowedHeader": ["*"],
            "ExposeHeader": ["ETag"],
            "MaxAgeSeconds": "500",
        }
    ]
}


def test_cos_conf_01_cors(client, bucket):
    client.put_bucket_cors(bucket, CORS)
    assert client.get_bucket_cors(bucket) == CORS
    client.delete_bucket_cors(bucket)
    with refused(404, "NoSuchCORSConfiguration"):
        client.get_bucket_cors(bucket)


def test_cos_conf_02_lifecycle(client, bucket):
    rules = {
        "Rule": [
            {
                "ID": "dated",
                "Filter": {"And": {"Prefix": "a/", "Tag": [{"Key": "k", "Value": "v"}, {"Key": "l", "Value": "w"}]}},
                "Status": "Enabled",
                "Expiration": {"Date": "2024-05-24T00:00:00+08:00"},
            },
            {
                "ID": "uploads",
                "Filter": {"Prefix": "b/"},
                "Status": "Disabled",
                "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": "7"},
                "Transition": [{"Days": "30", "StorageClass": "STANDARD_IA"}],
            },
        ]
    }
    client.put_bucket_lifecycle(bucket, rules)
    assert client.get_bucket_lifecycle(bucket)["Rule"][1] == rules["Rule"][1]
    assert client.get_bucket_lifecycle(bucket)["Rule"][0]["Expiration"] == rules["Rule"][0]["Expiration"]
    client.delete_bucket_lifecycle(bucket)
    with refused(404, "NoSuchLifecycleConfiguration"):
        client.get_bucket_lifecycle(bucket)


def test_cos_conf_07_tagging(client, bucket):
    tags = {"TagSet": {"Tag": [{"Key": "k", "Value": "v"}]}}
    client.put_bucket_tagging(bucket, tags)
    assert client.get_bucket_tagging(bucket) == tags
    listed = client.list_buckets(TagKey="k", TagValue="v")["Buckets"]["Bucket"]
    assert bucket in [entry["Name"] for entry in listed]
    client.delete_bucket_tagging(bucket)
    with refused(404, "NoSuchTagSet"):
        client.get_bucket_tagging(bucket)


def test_cos_conf_10_website(client, bucket):
    site = {
        "IndexDocument": {"Suffix": "index.html"},
        "ErrorDocument": {"Key": "error.html"},
        "RoutingRules": [
            {
                "Condition": {"HttpErrorCodeReturnedEquals": "404"},
                "Redirect": {"Protocol": "https", "ReplaceKeyWith": "404.html"},
            }
        ],
    }
    client.put_bucket_website(bucket, site)
    site["RoutingRules"][0]["Redirect"]["URLRedirect"] = "Enabled"
    assert client.get_bucket_website(bucket) == site
    client.delete_bucket_website(bucket)
    with refused(404, "NoSuchWebsiteConfiguration"):
        client.get_bucket_website(bucket)


def test_cos_conf_12_referer(client, bucket):
    referer = {
        "Status": "Enabled",
        "RefererType": "White-List",
        "DomainList": {"Domain": ["*.qq.com", "*.qcloud.com"]},
        "EmptyReferConfiguration": "Allow",
    }
    client.put_bucket_referer(bucket, referer)
    assert client.get_bucket_referer(bucket) == referer
    client.delete_bucket_referer(bucket)
    assert client.get_bucket_referer(bucket) == {"RefererConfiguration": None}


def test_cos_conf_13_domain(client, bucket):
    name = f"{bucket.split('-')[0]}.example.org"
    domains = {
        "DomainRule": [{"Name": name, "Type": "REST", "Status": "ENABLED", "ForcedReplacement": "CNAME"}]
    }
    client.put_bucket_domain(bucket, domains)
    assert client.get_bucket_domain(bucket)["DomainRule"] == domains["DomainRule"]
    assert "x-cos-domain-txt-verification" in client.get_bucket_domain(bucket)
    client.delete_bucket_domain(bucket)


def test_cos_conf_14_logging(client, bucket):
    log = {"LoggingEnabled": {"TargetBucket": bucket, "TargetPrefix": "log/"}}
    client.put_bucket_logging(bucket, log)
    assert client.get_bucket_logging(bucket) == log


def test_cos_conf_15_encryption(client, bucket):
    wanted = {"Rule": [{"ApplySideEncryptionConfiguration": {"SSEAlgorithm": "AES256"}}]}
    client.put_bucket_encryption(bucket, wanted)
    rule = client.get_bucket_encryption(bucket)["Rule"][0]
    assert rule["ApplyServerSideEncryptionByDefault"]["SSEAlgorithm"] == "AES256"
    client.delete_bucket_encryption(bucket)
    with refused(404, "NoSuchEncryptionConfiguration"):
        client.get_bucket_encryption(bucket)


def test_cos_conf_16_inventory(client, bucket):
    inventory = {
        "Destination": {
            "COSBucketDestination": {
                "AccountId": "100000000001",
                "Bucket": f"qcs::cos:ap-guangzhou::{bucket}",
                "Format": "CSV",
                "Prefix": "list1",
            }
        },
        "IsEnabled": "True",
        "Filter": {"Prefix": "a"},
        "IncludedObjectVersions": "All",
        "OptionalFields": {"Field": ["Size", "ETag"]},
        "Schedule": {"Frequency": "Daily"},
    }
    client.put_bucket_inventory(bucket, "one", inventory)
    shown = client.get_bucket_inventory(bucket, "one")
    assert (shown["IsEnabled"], shown["OptionalFields"]) == ("true", inventory["OptionalFields"])
    assert client.list_bucket_inventory_configurations(bucket)["IsTruncated"] == "false"
    client.delete_bucket_inventory(bucket, "one")
    with refused(404, "InventoryConfigurationNotFoundError"):
        client.get_bucket_inventory(bucket, "one")


def test_cos_bkt_17_bucket_meta(client, bucket):
    client.put_bucket_cors(bucket, CORS)
    shown = client.get_bucket_meta(bucket)
    assert shown["CORS"] == CORS and shown["Website"] is None and shown["Location"]
