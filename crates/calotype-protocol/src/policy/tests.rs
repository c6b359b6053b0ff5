//! What statements say about requests.

use proptest::prelude::*;

use super::*;

const BUCKET: &str = "examplebucket-1250000000";

fn bucket() -> BucketName {
    BUCKET.parse().unwrap()
}

fn statement(more: &str) -> String {
    format!(
        r#"{{"Principal":{{"qcs":["qcs::cam::anyone:anyone"]}},"Effect":"allow","Action":["name/cos:GetObject"],
            "Resource":["qcs::cos:ap-guangzhou:uid/1250000000:{BUCKET}/*"]{more}}}"#
    )
}

fn policy(statements: &[String]) -> Policy {
    let text = format!(r#"{{"Statement":[{}],"version":"2.0"}}"#, statements.join(","));
    Policy::of_bucket(&text, &bucket()).unwrap()
}

fn changed(from: &str, to: &str) -> Policy {
    let original = statement("");
    let altered = original.replace(from, to);
    assert_ne!(original, altered, "{from} is not there");
    policy(&[altered])
}

/// What a policy says to somebody who wants an object.
fn asked(policy: &Policy, uin: Option<&str>, action: &str, key: Option<&str>) -> Ruling {
    let principal = uin.map(Principal::account);
    let bucket = bucket();
    policy.ruling(&Question {
        principal: principal.as_ref(),
        actions: &[action],
        bucket: Some(&bucket),
        key,
        facts: &|_| None,
    })
}

fn reads(policy: &Policy, key: &str) -> Ruling {
    asked(policy, None, "GetObject", Some(key))
}

/// What a policy with this condition says where the facts are these.
fn under(condition: &str, facts: &[(&str, &str)]) -> Ruling {
    let policy = policy(&[statement(&format!(r#","Condition":{condition}"#))]);
    let bucket = bucket();
    policy.ruling(&Question {
        principal: None,
        actions: &["GetObject"],
        bucket: Some(&bucket),
        key: Some("a"),
        facts: &|name| facts.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned()),
    })
}

#[test]
fn cos_conf_09_a_statement_speaks_of_its_actions_only() {
    let all = policy(&[statement("")]);
    assert_eq!(reads(&all, "a/b.jpg"), Ruling::Allowed);
    assert_eq!(asked(&all, None, "PutObject", Some("a")), Ruling::Silent);
    for (pattern, allowed, silent) in [
        ("name/cos:Get*", "GetObject", "PutObject"),
        ("name/cos:*Object", "putobject", "GetBucket"),
        ("cos:getobject", "GetObject", "HeadObject"),
        ("name/cos:*", "GetBucket", ""),
        ("*", "GetBucket", ""),
    ] {
        let some = changed("name/cos:GetObject", pattern);
        assert_eq!(asked(&some, None, allowed, Some("a")), Ruling::Allowed, "{pattern}");
        assert!(silent.is_empty() || asked(&some, None, silent, Some("a")) == Ruling::Silent, "{pattern}");
    }
    assert_eq!(reads(&changed("name/cos:GetObject", "name/ci:*"), "a"), Ruling::Silent);
}

#[test]
fn cos_conf_09_resources_are_patterns() {
    let with = |resource: &str| changed(&format!("uid/1250000000:{BUCKET}/*"), resource);
    for (resource, key, ruling) in [
        (format!("uid/1250000000:{BUCKET}/open/*"), "open/a", Ruling::Allowed),
        (format!("uid/1250000000:{BUCKET}/open/*"), "closed/a", Ruling::Silent),
        (format!("uid/1250000000:{BUCKET}/*/*.jpg"), "a/b.jpg", Ruling::Allowed),
        (format!("uid/1250000000:{BUCKET}/*/*.jpg"), "b.jpg", Ruling::Silent),
        (format!("uid/1250000000:{BUCKET}/a:b"), "a:b", Ruling::Allowed),
        (format!("uid/1250000000:{BUCKET}"), "a", Ruling::Silent),
        ("uid/1250000000:example*/a".to_owned(), "a", Ruling::Allowed),
        ("uid/1250000000:*".to_owned(), "a", Ruling::Allowed),
        (format!("uid/*:{BUCKET}/*"), "a", Ruling::Allowed),
        (format!(":{BUCKET}/*"), "a", Ruling::Allowed),
        ("uid/1250000000:prefix//1250000000/examplebucket/open/*".to_owned(), "open/a", Ruling::Allowed),
        ("uid/1250000000:prefix//1250000000/examplebucket/open/*".to_owned(), "a", Ruling::Silent),
    ] {
        assert_eq!(reads(&with(&resource), key), ruling, "{resource} {key}");
    }
    assert_eq!(
        reads(&changed(&format!("qcs::cos:ap-guangzhou:uid/1250000000:{BUCKET}/*"), "*"), "a"),
        Ruling::Allowed
    );
}

#[test]
fn cos_conf_09_the_bucket_itself_is_a_resource_too() {
    for end in ["", "/", "/*"] {
        let listing = changed("GetObject", "GetBucket");
        let text = format!("{BUCKET}{end}\"");
        let listing_of = policy(&[statement("")
            .replace("GetObject", "GetBucket")
            .replace(&format!("{BUCKET}/*\""), &text)]);
        assert_eq!(asked(&listing, None, "GetBucket", None), Ruling::Allowed);
        assert_eq!(asked(&listing_of, None, "GetBucket", None), Ruling::Allowed, "{end}");
    }
    let inside = changed(&format!("{BUCKET}/*"), &format!("{BUCKET}/open/*"));
    assert_eq!(asked(&inside, None, "GetObject", None), Ruling::Silent);
}

#[test]
fn cos_conf_09_principals() {
    let only = changed("qcs::cam::anyone:anyone", "qcs::cam::uin/1001:uin/1001");
    assert_eq!(asked(&only, Some("1001"), "GetObject", Some("a")), Ruling::Allowed);
    assert_eq!(asked(&only, Some("1002"), "GetObject", Some("a")), Ruling::Silent);
    assert_eq!(reads(&only, "a"), Ruling::Silent);
    for somebody in ["qcs::cam::uin/1001:root", "1001", "1001/1001", "qcs::cam::uin/1001:uin/*"] {
        let some = changed("qcs::cam::anyone:anyone", somebody);
        assert_eq!(asked(&some, Some("1001"), "GetObject", Some("a")), Ruling::Allowed, "{somebody}");
        assert_eq!(reads(&some, "a"), Ruling::Silent, "{somebody}");
    }
    for everybody in [r#""*""#, r#"["*"]"#, r#"{"qcs":"*"}"#, r#"{"QCS":["qcs::cam::anyone:anyone"]}"#] {
        let all = changed(r#"{"qcs":["qcs::cam::anyone:anyone"]}"#, everybody);
        assert_eq!(reads(&all, "a"), Ruling::Allowed, "{everybody}");
    }
}

#[test]
fn cos_conf_09_an_explicit_deny_wins_wherever_it_stands() {
    let deny = statement("").replace("allow", "deny").replace("/*\"", "/secret/*\"");
    for statements in [[deny.clone(), statement("")], [statement(""), deny]] {
        let both = policy(&statements);
        assert_eq!(reads(&both, "secret/a"), Ruling::Denied);
        assert_eq!(reads(&both, "a"), Ruling::Allowed);
    }
}

#[test]
fn cos_conf_08_any_letter_case_and_one_principal_for_all() {
    let text = format!(
        r#"{{"statement":[{{"effect":"Allow","action":"name/cos:GetObject","resource":"qcs::cos::uid/1250000000:{BUCKET}/*"}}],
            "principal":{{"qcs":["qcs::cam::anyone:anyone"]}},"VERSION":"2.0"}}"#
    );
    assert_eq!(reads(&Policy::of_bucket(&text, &bucket()).unwrap(), "a"), Ruling::Allowed);
    let kept: serde_json::Value = serde_json::from_str(&kept_text(&text).unwrap()).unwrap();
    assert_eq!(kept["version"], "2.0");
    assert_eq!(kept["Statement"][0]["effect"], "Allow");
    assert!(kept["Statement"][0]["resource"].is_string());
}

#[test]
fn cos_conf_09_conditions_on_addresses() {
    let inside = r#"{"ip_equal":{"qcs:ip":["10.0.0.0/8","192.0.2.7"]}}"#;
    for (address, ruling) in [
        ("10.1.2.3", Ruling::Allowed),
        ("192.0.2.7", Ruling::Allowed),
        ("192.0.2.8", Ruling::Silent),
        ("::ffff:10.1.2.3", Ruling::Allowed),
        ("2001:db8::1", Ruling::Silent),
    ] {
        assert_eq!(under(inside, &[("qcs:ip", address)]), ruling, "{address}");
    }
    let outside = r#"{"ip_not_equal":{"qcs:ip":"10.0.0.0/8"}}"#;
    assert_eq!(under(outside, &[("qcs:ip", "10.1.2.3")]), Ruling::Silent);
    assert_eq!(under(outside, &[("qcs:ip", "192.0.2.8")]), Ruling::Allowed);
}

#[test]
fn cos_conf_09_conditions_on_texts_numbers_and_truth() {
    for (condition, fits, other) in [
        (r#"{"string_equal":{"cos:prefix":["a/","b/"]}}"#, ("cos:prefix", "b/"), ("cos:prefix", "c/")),
        (r#"{"string_not_equal":{"cos:prefix":["a/","b/"]}}"#, ("cos:prefix", "c/"), ("cos:prefix", "a/")),
        (
            r#"{"string_equal_ignore_case":{"cos:content-type":"image/PNG"}}"#,
            ("cos:content-type", "Image/png"),
            ("cos:content-type", "image/gif"),
        ),
        (
            r#"{"string_like":{"cos:content-type":"image/*"}}"#,
            ("cos:content-type", "image/png"),
            ("cos:content-type", "text/html"),
        ),
        (
            r#"{"string_not_like":{"referer":"*.evil.test/*"}}"#,
            ("referer", "http://ok.test/"),
            ("referer", "http://a.evil.test/"),
        ),
        (
            r#"{"bool_equal":{"cos:secure-transport":"true"}}"#,
            ("cos:secure-transport", "true"),
            ("cos:secure-transport", "false"),
        ),
        (
            r#"{"bool_equal":{"cos:secure-transport":false}}"#,
            ("cos:secure-transport", "false"),
            ("cos:secure-transport", "true"),
        ),
        (r#"{"numeric_equal":{"cos:max-keys":10}}"#, ("cos:max-keys", "10"), ("cos:max-keys", "11")),
        (r#"{"numeric_not_equal":{"cos:max-keys":10}}"#, ("cos:max-keys", "11"), ("cos:max-keys", "10")),
        (
            r#"{"numeric_less_than":{"cos:content-length":"100"}}"#,
            ("cos:content-length", "99"),
            ("cos:content-length", "100"),
        ),
        (
            r#"{"numeric_less_than_equal":{"cos:content-length":"100"}}"#,
            ("cos:content-length", "100"),
            ("cos:content-length", "101"),
        ),
        (
            r#"{"numeric_greater_than":{"cos:content-length":"100"}}"#,
            ("cos:content-length", "101"),
            ("cos:content-length", "100"),
        ),
        (
            r#"{"numeric_greater_than_equal":{"cos:content-length":"100"}}"#,
            ("cos:content-length", "100"),
            ("cos:content-length", "99"),
        ),
    ] {
        assert_eq!(under(condition, &[fits]), Ruling::Allowed, "{condition}");
        assert_eq!(under(condition, &[other]), Ruling::Silent, "{condition}");
    }
}

#[test]
fn cos_conf_09_facts_that_are_missing() {
    for (condition, ruling) in [
        (r#"{"string_equal":{"cos:prefix":"a"}}"#, Ruling::Silent),
        (r#"{"string_equal_if_exist":{"cos:prefix":"a"}}"#, Ruling::Allowed),
        (r#"{"string_not_equal":{"cos:prefix":"a"}}"#, Ruling::Allowed),
        (r#"{"numeric_less_than":{"cos:content-length":9}}"#, Ruling::Silent),
        (r#"{"null_equal":{"referer":true}}"#, Ruling::Allowed),
        (r#"{"null_equal":{"referer":"false"}}"#, Ruling::Silent),
        (r#"{"string_not_equal":{"a":"b"},"string_equal":{"c":"d"}}"#, Ruling::Silent),
    ] {
        assert_eq!(under(condition, &[]), ruling, "{condition}");
    }
}

#[test]
fn cos_conf_08_what_is_wrong_is_said() {
    let good = format!(r#"{{"Statement":[{}]}}"#, statement(""));
    Policy::of_bucket(&good, &bucket()).unwrap();
    for (from, to, said) in [
        (r#""allow""#, r#""maybe""#, "effect"),
        (r#""Effect":"allow","#, "", "effect is missing"),
        ("name/cos:GetObject", "GetObject", "GetObject"),
        (r#""Action""#, r#""NotAction""#, "NotAction"),
        (r#""Effect":"allow""#, r#""Effect":"allow","effect":"deny""#, "given twice"),
        ("qcs::cam::anyone:anyone", "everybody", "everybody"),
        ("qcs::cos:", "arn:aws:s3:", "arn:aws:s3"),
        (BUCKET, "other-1250000000", "other-1250000000"),
        ("uid/1250000000", "uid/1", "uid/1"),
        (r#"["name/cos:GetObject"]"#, "[]", "action"),
        (r#"/*"]"#, r#"/*"],"Condition":{"near":{"x":"y"}}"#, "near"),
        (r#"/*"]"#, r#"/*"],"Condition":{"ip_equal":{"qcs:ip":"10.0.0.0/99"}}"#, "10.0.0.0/99"),
        (r#"/*"]"#, r#"/*"],"Condition":{"numeric_equal":{"cos:max-keys":"ten"}}"#, "ten"),
        (r#"/*"]"#, r#"/*"],"Condition":["x"]"#, "condition"),
    ] {
        let bad = good.replacen(from, to, 1);
        assert_ne!(bad, good, "{from}");
        let error = Policy::of_bucket(&bad, &bucket()).unwrap_err();
        assert_eq!(error.code, ErrorCode::MalformedPolicy);
        assert!(error.message.contains(said), "{}", error.message);
    }
    for bad in [
        "",
        "x",
        "[]",
        "{}",
        r#"{"Statement":[]}"#,
        r#"{"Statement":[1]}"#,
        &" ".repeat(POLICY_BYTES_MAX + 1),
    ] {
        let error = Policy::of_bucket(bad, &bucket()).unwrap_err();
        assert_eq!(error.code, ErrorCode::MalformedPolicy, "{bad}");
    }
    let nobody = good.replacen(r#""Principal":{"qcs":["qcs::cam::anyone:anyone"]},"#, "", 1);
    assert!(Policy::of_bucket(&nobody, &bucket()).unwrap_err().message.contains("principal"));
}

#[test]
fn the_policy_of_a_session_names_nobody_and_any_bucket() {
    let text = r#"{"version":"2.0","statement":[{"effect":"allow","action":["name/cos:PutObject"],
        "resource":["qcs::cos:ap-guangzhou:uid/1250000000:other-1250000000/*"]}]}"#;
    let session = Policy::of_session(text).unwrap();
    assert_eq!(asked(&session, Some("1"), "PutObject", Some("a")), Ruling::Silent);
    let other: BucketName = "other-1250000000".parse().unwrap();
    let question = Question {
        principal: None,
        actions: &["PutObject"],
        bucket: Some(&other),
        key: Some("a"),
        facts: &|_| None,
    };
    assert_eq!(session.ruling(&question), Ruling::Allowed);
    assert_eq!(session.ruling(&Question { bucket: None, key: None, ..question }), Ruling::Silent);
    assert!(Policy::of_session(&text.replace(r#""effect""#, r#""principal":"*","effect""#)).is_err());
}

proptest! {
    #[test]
    fn any_text_is_read_or_refused(text in ".{0,200}") {
        let _ = Policy::of_bucket(&text, &bucket());
        let _ = Policy::of_bucket(&format!(r#"{{"Statement":[{{"Effect":"allow","Principal":"*","Action":"*","Resource":{text:?}}}]}}"#), &bucket());
    }
}
