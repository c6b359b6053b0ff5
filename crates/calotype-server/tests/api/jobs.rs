//! Pictures made later: submitted, told, listed, cancelled, told to others, and never lost.
//!
//! Spec: spec/ci/extras.md, A7.

use std::net::SocketAddr;
use std::time::Duration;

use calotype_protocol::xml::Element;
use calotype_store::{JobRecord, JobState, ObjectStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};

use crate::pictures::{Gallery, LAND, TALL, fixture};
use crate::support::{BUCKET, Bucket, Reply, TestServer};

const PATIENCE: Duration = Duration::from_secs(60);

/// A job that turns an object, with more in `Operation` and behind it.
fn turn(input: &str, output: &str, operation: &str, rest: &str) -> String {
    format!(
        "<Request><Tag>PicProcess</Tag><Input><Object>{input}</Object></Input><Operation>\
         <PicProcess><IsPicInfo>true</IsPicInfo><ProcessRule>imageMogr2/rotate/90</ProcessRule></PicProcess>\
         <Output><Region>ap-guangzhou</Region><Bucket>{BUCKET}</Bucket><Object>{output}</Object></Output>\
         {operation}</Operation>{rest}</Request>"
    )
}

async fn call(bucket: &Bucket, method: &str, target: &str, body: &str) -> Reply {
    let host = format!("{}.ci.ap-guangzhou.myqcloud.com", bucket.name);
    bucket.request(method, target).host(&host).body(body).send().await
}

/// Submits a job and returns its id.
async fn submit(bucket: &Bucket, job: &str) -> String {
    let reply = call(bucket, "POST", "/pic_jobs", job).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    detail(&reply).text_of("JobId").to_owned()
}

fn detail(reply: &Reply) -> Element {
    reply.xml().child("JobsDetail").unwrap_or_else(|| panic!("{}", reply.text())).clone()
}

async fn told(bucket: &Bucket, id: &str) -> Element {
    detail(&call(bucket, "GET", &format!("/pic_jobs/{id}"), "").await)
}

/// What is told about a job once it is over.
async fn outcome(bucket: &Bucket, id: &str) -> Element {
    let over = async {
        loop {
            let detail = told(bucket, id).await;
            if !matches!(detail.text_of("State"), "Submitted" | "Running") {
                return detail;
            }
            sleep(Duration::from_millis(20)).await;
        }
    };
    timeout(PATIENCE, over).await.expect("the job to be over in time")
}

fn result(detail: &Element) -> &Element {
    let operation = detail.child("Operation").unwrap();
    operation.child("PicProcessResult").and_then(|result| result.child("UploadResult")).unwrap()
}

/// Holds or lets go the queue of the bucket, and returns its id.
async fn hold(bucket: &Bucket, state: &str) -> String {
    let list = call(bucket, "GET", "/picqueue", "").await.xml();
    let id = list.child("QueueList").unwrap().text_of("QueueId").to_owned();
    let update = format!("<Request><Name>mine</Name><State>{state}</State></Request>");
    let reply = call(bucket, "PUT", &format!("/picqueue/{id}"), &update).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert_eq!(reply.xml().child("Queue").unwrap().text_of("State"), state);
    id
}

#[tokio::test]
async fn job_01_a_submitted_job_makes_its_picture() {
    let gallery = Gallery::start().await;
    let source = gallery_picture(&gallery, "input/deer.jpg").await;
    let job = turn("input/deer.jpg", "output/out.jpg", "<UserData>mine</UserData><JobLevel>1</JobLevel>", "");
    let reply = call(&gallery.bucket, "POST", "/pic_jobs", &job).await;
    assert_eq!(reply.status, 200, "{}", reply.text());
    assert!(reply.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("x-ci-request-id")));
    let submitted = detail(&reply);
    assert_eq!(submitted.text_of("Code"), "Success");
    assert!(submitted.text_of("CreationTime").ends_with("+0800"));

    let over = outcome(&gallery.bucket, submitted.text_of("JobId")).await;
    assert_eq!((over.text_of("State"), over.text_of("Code")), ("Success", "Success"));
    assert_eq!(over.child("Input").unwrap().text_of("BucketId"), BUCKET);
    let operation = over.child("Operation").unwrap();
    assert_eq!((operation.text_of("UserData"), operation.text_of("JobLevel")), ("mine", "1"));
    let original = result(&over).child("OriginalInfo").unwrap().child("ImageInfo").unwrap();
    assert_eq!((original.text_of("Width"), original.text_of("Height")), ("500", "417"));
    let object = result(&over).child("ProcessResults").unwrap().child("Object").unwrap();
    assert_eq!((object.text_of("Width"), object.text_of("Height")), ("417", "500"));
    assert_eq!((object.text_of("Key"), object.text_of("Format")), ("output/out.jpg", "JPEG"));
    let stored = gallery.bucket.content("output/out.jpg").await.unwrap();
    assert!(stored.len() > 1000 && stored != source);
}

/// A picture of 500x417.
async fn gallery_picture(gallery: &Gallery, key: &str) -> Vec<u8> {
    gallery.put_fixture(LAND).await;
    let picture = gallery.get(LAND, "imageMogr2/thumbnail/500x417!").await.bytes;
    gallery.put(key, picture.clone()).await;
    picture
}

#[tokio::test]
async fn job_01_a_job_that_cannot_succeed_has_failed_and_says_why() {
    let gallery = Gallery::with(TALL).await;
    gallery.put("text.jpg", b"no picture".to_vec()).await;
    for (input, code) in [("nope.jpg", "ResourceNotFound"), ("text.jpg", "InvalidImageFormat")] {
        let id = submit(&gallery.bucket, &turn(input, "out.jpg", "", "")).await;
        let over = outcome(&gallery.bucket, &id).await;
        assert_eq!((over.text_of("State"), over.text_of("Code")), ("Failed", code), "{input}");
        assert!(!over.text_of("Message").is_empty());
    }
    assert!(gallery.bucket.content("out.jpg").await.is_none());
}

#[tokio::test]
async fn job_01_what_is_wrong_with_a_job_is_told_at_once() {
    let gallery = Gallery::with(TALL).await;
    let good = turn(TALL, "out.jpg", "", "");
    for (job, code) in [
        (good.replace("rotate/90", "rotate/abc"), "InvalidArgument"),
        (good.replace("imageMogr2/rotate/90", "imageInfo"), "InvalidPicOperations"),
        (good.replace(BUCKET, "nowhere-1250000000"), "NoSuchBucket"),
        (good.replace("PicProcess</Tag>", "Transcode</Tag>"), "NotImplemented"),
        (turn(TALL, "out.jpg", "<JobLevel>3</JobLevel>", ""), "MalformedXML"),
        (turn(TALL, "out.jpg", "", "<QueueId>p0</QueueId>"), "InvalidArgument"),
        (turn(TALL, "out.jpg", "", "<CallBack>http://127.0.0.1:1/</CallBack>"), "InvalidArgument"),
        (turn(TALL, "out.jpg", "<UserData>\u{e4}</UserData>", ""), "InvalidArgument"),
        ("<Request/>".to_owned(), "MalformedXML"),
        (String::new(), "MissingContent"),
    ] {
        let reply = call(&gallery.bucket, "POST", "/pic_jobs", &job).await;
        assert_eq!(reply.error().1, code, "{job}");
    }
    let stranger = gallery.bucket.request("POST", "/pic_jobs").body(good).anonymous().send().await;
    assert_eq!(stranger.error(), (403, "AccessDenied".to_owned()));
    let listed = call(&gallery.bucket, "GET", "/pic_jobs?tag=PicProcess", "").await.xml();
    assert!(listed.child("JobsDetail").is_none());
}

#[tokio::test]
async fn job_02_ids_nobody_knows_are_named() {
    let gallery = Gallery::with(TALL).await;
    let id = submit(&gallery.bucket, &turn(TALL, "out.jpg", "", "")).await;
    let reply = call(&gallery.bucket, "GET", &format!("/pic_jobs/{id},jnope"), "").await;
    assert_eq!(detail(&reply).text_of("JobId"), id);
    assert_eq!(reply.xml().text_of("NonExistJobIds"), "jnope");
    let reply = call(&gallery.bucket, "GET", "/pic_jobs/jnope", "").await;
    assert_eq!((reply.status, reply.xml().text_of("NonExistJobIds")), (200, "jnope"));
}

#[tokio::test]
async fn job_03_jobs_and_paths_that_are_not_built_are_refused() {
    let gallery = Gallery::with(TALL).await;
    for path in ["/jobs", "/doc_jobs", "/asr_jobs", "/file_jobs", "/image/auditing", "/workflow"] {
        let reply = call(&gallery.bucket, "POST", path, "<Request/>").await;
        assert_eq!(reply.error(), (501, "NotImplemented".to_owned()), "{path}");
    }
}

#[tokio::test]
async fn job_01_held_jobs_are_listed_in_pages_and_cancelled() {
    let gallery = Gallery::with(TALL).await;
    let bucket = &gallery.bucket;
    let queue = hold(bucket, "Paused").await;
    let mut ids = Vec::new();
    for number in 0..3 {
        ids.push(submit(bucket, &turn(TALL, &format!("out{number}.jpg"), "", "")).await);
    }
    assert_eq!(told(bucket, &ids[0]).await.text_of("State"), "Pause");
    let listed = |query: String| async move {
        let reply = call(bucket, "GET", &format!("/pic_jobs?tag=PicProcess{query}"), "").await;
        assert_eq!(reply.status, 200, "{}", reply.text());
        let page = reply.xml();
        let ids: Vec<String> =
            page.children("JobsDetail").map(|job| job.text_of("JobId").to_owned()).collect();
        (ids, page.text_of("NextToken").to_owned())
    };
    let (first, token) = listed(format!("&orderByTime=Asc&size=2&queueId={queue}")).await;
    assert_eq!((&first[..], token.as_str()), (&ids[..2], ids[1].as_str()));
    let (rest, token) = listed(format!("&orderByTime=Asc&size=2&nextToken={token}")).await;
    assert_eq!((&rest[..], token.as_str()), (&ids[2..], ""));
    assert_eq!(listed(String::new()).await.0, [&ids[2][..], &ids[1], &ids[0]]);
    assert_eq!(listed("&states=Success,Failed".into()).await.0, [""; 0]);
    assert_eq!(listed("&states=Pause".into()).await.0.len(), 3);

    for _ in 0..2 {
        let reply = call(bucket, "PUT", &format!("/jobs/{}?cancel", ids[1]), "").await;
        assert_eq!((reply.status, reply.body.len()), (200, 0), "{}", reply.text());
    }
    assert_eq!(told(bucket, &ids[1]).await.text_of("State"), "Cancel");
    let unknown = call(bucket, "PUT", "/jobs/jnope?cancel", "").await;
    assert_eq!(unknown.error(), (400, "ResourceNotFound".to_owned()));

    hold(bucket, "Active").await;
    for id in [&ids[0], &ids[2]] {
        assert_eq!(outcome(bucket, id).await.text_of("State"), "Success");
    }
    let late = call(bucket, "PUT", &format!("/jobs/{}?cancel", ids[0]), "").await;
    assert_eq!(late.error(), (400, "InvalidArgument".to_owned()));
    assert!(bucket.content("out1.jpg").await.is_none());
    assert!(bucket.content("out2.jpg").await.is_some());
}

/// The store in a folder, once whoever had it open has let it go.
async fn opened(folder: &std::path::Path) -> ObjectStore {
    let open = async {
        loop {
            match ObjectStore::open(folder, calotype_store::StoreConfig::default()).await {
                Err(calotype_store::StoreError::Locked(_)) => sleep(Duration::from_millis(10)).await,
                opened => return opened.unwrap(),
            }
        }
    };
    timeout(PATIENCE, open).await.expect("the folder to be free in time")
}

#[tokio::test]
async fn job_01_jobs_survive_the_process() {
    let folder = tempfile::tempdir().unwrap();
    let id = {
        let server = TestServer::start_in(folder.path()).await;
        let bucket = server.bucket(BUCKET).await;
        bucket.has(TALL, fixture(TALL)).await;
        hold(&bucket, "Paused").await;
        let id = submit(&bucket, &turn(TALL, "out.jpg", "", "")).await;
        server.stop().await;
        id
    };
    {
        // One that was begun when the process died, and one that dies whenever it is begun.
        let store = opened(folder.path()).await;
        let name = BUCKET.parse().unwrap();
        let job = store.job(&name, &id).await.unwrap().unwrap();
        let begun = JobRecord { state: JobState::Running, attempts: 1, ..job.clone() };
        assert!(store.change_job(begun, JobState::Submitted).await.unwrap());
        let state = JobState::Running;
        store.create_job(JobRecord { id: "jdeadly".into(), state, attempts: 3, ..job }).await.unwrap();
    }
    let server = TestServer::start_on(opened(folder.path()).await, |_| {}).await;
    let bucket = server.existing_bucket(BUCKET);
    assert!(bucket.content("out.jpg").await.is_none());
    hold(&bucket, "Active").await;
    let over = outcome(&bucket, &id).await;
    assert_eq!(over.text_of("State"), "Success");
    assert!(bucket.content("out.jpg").await.is_some());
    let deadly = outcome(&bucket, "jdeadly").await;
    assert_eq!((deadly.text_of("State"), deadly.text_of("Code")), ("Failed", "InternalError"));
    server.stop().await;
}

/// Answers one request and returns it.
async fn one_request(listener: &TcpListener, status: &str) -> String {
    let (mut stream, _) = timeout(PATIENCE, listener.accept()).await.unwrap().unwrap();
    let mut request = Vec::new();
    loop {
        let mut buffer = [0; 4096];
        let count = timeout(PATIENCE, stream.read(&mut buffer)).await.unwrap().unwrap();
        request.extend_from_slice(&buffer[..count]);
        let text = String::from_utf8_lossy(&request).into_owned();
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case("content-length").then(|| value.trim().parse::<usize>().unwrap())
        });
        if count == 0 || body.len() >= length.unwrap_or(0) {
            let answer = format!("HTTP/1.1 {status}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.unwrap();
            return text;
        }
    }
}

#[tokio::test]
async fn job_01_whoever_is_listed_is_told_in_xml_or_json() {
    let listener = TcpListener::bind(SocketAddr::from(([127, 0, 0, 1], 0))).await.unwrap();
    let target = format!("http://{}", listener.local_addr().unwrap());
    let gallery = Gallery::start_with(|config| config.jobs.callback_targets = vec![target.clone()]).await;
    gallery.put_fixture(TALL).await;
    let callback = format!("<CallBack>{target}/done?a=b</CallBack>");
    let id = submit(&gallery.bucket, &turn(TALL, "out.jpg", "", &callback)).await;
    // It is told again where nobody listened.
    one_request(&listener, "500 Oops").await;
    let told = one_request(&listener, "200 OK").await;
    assert!(told.starts_with("POST /done?a=b HTTP/1.1\r\n"), "{told}");
    let document = Element::parse(told.split_once("\r\n\r\n").unwrap().1.as_bytes()).unwrap();
    assert_eq!(document.text_of("EventName"), "TaskFinish");
    let detail = document.child("JobsDetail").unwrap();
    assert_eq!((detail.text_of("JobId"), detail.text_of("State")), (&id[..], "Success"));

    let callback = format!("<CallBack>{target}/json</CallBack><CallBackFormat>JSON</CallBackFormat>");
    let id = submit(&gallery.bucket, &turn(TALL, "out.jpg", "", &callback)).await;
    let told = one_request(&listener, "200 OK").await;
    let document: serde_json::Value = serde_json::from_str(told.split_once("\r\n\r\n").unwrap().1).unwrap();
    assert_eq!(document["EventName"], "TaskFinish");
    assert_eq!(document["JobsDetail"][0]["JobId"], id.as_str());
    let width = &document["JobsDetail"][0]["Operation"]["PicProcessResult"]["UploadResult"]["ProcessResults"];
    assert_eq!(width["Object"]["Width"], "1000");
}

#[tokio::test]
async fn job_01_templates_are_kept_and_used() {
    let gallery = Gallery::with(TALL).await;
    let bucket = &gallery.bucket;
    let template = "<Request><Tag>PicProcess</Tag><Name>turn</Name><PicProcess><IsPicInfo>false</IsPicInfo>\
                    <ProcessRule>imageMogr2/rotate/90</ProcessRule></PicProcess></Request>";
    let made = call(bucket, "POST", "/template", template).await;
    assert_eq!(made.status, 200, "{}", made.text());
    let id = made.xml().child("Template").unwrap().text_of("TemplateId").to_owned();
    let broken = call(bucket, "POST", "/template", &template.replace("rotate/90", "foo")).await;
    assert_eq!(broken.error(), (400, "InvalidArgument".to_owned()));

    let by_template = |id: &str| {
        turn(TALL, "out.jpg", &format!("<TemplateId>{id}</TemplateId>"), "").replace(
            "<PicProcess><IsPicInfo>true</IsPicInfo><ProcessRule>imageMogr2/rotate/90</ProcessRule></PicProcess>",
            "",
        )
    };
    let job = submit(bucket, &by_template(&id)).await;
    assert_eq!(outcome(bucket, &job).await.text_of("State"), "Success");
    assert!(bucket.content("out.jpg").await.is_some());
    let unknown = call(bucket, "POST", "/pic_jobs", &by_template("t0")).await;
    assert_eq!(unknown.error(), (400, "InvalidArgument".to_owned()));

    let listed = call(bucket, "GET", &format!("/template?category=Custom&ids={id}"), "").await.xml();
    assert_eq!(listed.text_of("TotalCount"), "1");
    assert_eq!(listed.child("TemplateList").unwrap().text_of("Name"), "turn");
    let changed = call(bucket, "PUT", &format!("/template/{id}"), &template.replace("turn", "spin")).await;
    assert_eq!(changed.xml().child("Template").unwrap().text_of("Name"), "spin");
    let removed = call(bucket, "DELETE", &format!("/template/{id}"), "").await;
    assert_eq!((removed.status, removed.xml().text_of("TemplateId")), (200, id.as_str()));
    assert_eq!(call(bucket, "DELETE", &format!("/template/{id}"), "").await.error().1, "ResourceNotFound");
}

#[tokio::test]
async fn job_01_a_bucket_takes_so_many_jobs_and_no_more() {
    let gallery = Gallery::start_with(|config| config.jobs.pending_max = 2).await;
    gallery.put_fixture(TALL).await;
    let bucket = &gallery.bucket;
    hold(bucket, "Paused").await;
    for _ in 0..2 {
        submit(bucket, &turn(TALL, "out.jpg", "", "")).await;
    }
    let full = call(bucket, "POST", "/pic_jobs", &turn(TALL, "out.jpg", "", "")).await;
    assert_eq!(full.error(), (503, "SlowDown".to_owned()));
    let opened = call(bucket, "POST", "/picbucket", "").await.xml();
    assert_eq!(opened.child("PicBucket").unwrap().text_of("BucketId"), BUCKET);
}
