//! How an organisation looks, where that is seen, and what nobody gets into it.

use doorward::app::branding::{self, BrandChange, Colour, Picture, Support};
use doorward::app::clients::NewClient;
use doorward::app::connections;
use doorward::app::invitations::{self, Delivery, Invitee};
use doorward::domain::id::OrgId;
use reqwest::Method;
use serde_json::{Value, json};

use crate::console_shell::signed_in;
use crate::harness::{Browser, OPERATOR_TOKEN, Reply, Server, hidden_fields, in_acme};
use crate::oidc::stage::{self, Stage};

const PAGE: &str = "/console/organisation/branding";
const API: &str = "/api/v1/organisation/branding?organisation=acme";
const LOGO: &str = "/api/v1/organisation/branding/logo?organisation=acme";
const SVG: &[u8] = b"<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"alert(1)\"/>";
const HTML: &[u8] = b"<!doctype html><script>alert(1)</script>";

/// A PNG that says it is so large.
pub fn png(width: u32, height: u32) -> Vec<u8> {
    let part = |name: &[u8], content: &[u8]| {
        let length = u32::try_from(content.len()).unwrap().to_be_bytes();
        [&length[..], name, content, &[0; 4]].concat()
    };
    let header = [&width.to_be_bytes()[..], &height.to_be_bytes(), &[8, 6, 0, 0, 0]].concat();
    [&b"\x89PNG\r\n\x1a\n"[..], &part(b"IHDR", &header), &part(b"IDAT", &[0; 9]), &part(b"IEND", &[])].concat()
}

/// Gives an organisation a whole look.
pub async fn dress(server: &Server, org: OrgId) {
    let change = BrandChange {
        accent: Some(Some(Colour::read("#cc0044").unwrap())),
        logo: Some(Some(Picture::read(png(64, 32)).unwrap())),
        support: Some(Some(Support::read("help@acme.example").unwrap())),
    };
    branding::change(&server.app, &Server::operator(), org, change).await.unwrap();
}

/// True for a page with everything that [`dress`] gave.
fn is_dressed(page: &Reply, org: OrgId) -> bool {
    let at = format!("/brand/{org}/1/");
    let parts = [format!("href=\"{at}brand.css\""), format!("src=\"{at}logo\""), "mailto:help@acme.example".to_owned()];
    parts.iter().all(|it| page.text.contains(it))
}

fn is_neutral(page: &Reply) -> bool {
    !page.text.contains("/brand/") && page.text.contains("Doorward</title>") && page.text.contains(">Doorward</span>")
}

async fn put_logo(server: &Server, media_type: &str, content: Vec<u8>) -> Reply {
    server.send(server.api(Method::PUT, LOGO).header("content-type", media_type).body(content)).await
}

/// Sends the form of the page as a browser does, with a file where one was chosen.
async fn send_form(browser: &Browser<'_>, page: &Reply, fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> Reply {
    let hidden = page.fields(PAGE);
    let all = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .filter(|it| ["csrf", "shown"].contains(&it.0));
    let part = |(name, value): (&str, &str)| {
        format!("--dw-boundary\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let mut body: Vec<u8> = all.chain(fields.iter().copied()).map(part).collect::<String>().into_bytes();
    if let Some((name, content)) = file {
        let head = format!(
            "--dw-boundary\r\nContent-Disposition: form-data; name=\"logo\"; filename=\"{name}\"\r\nContent-Type: image/png\r\n\r\n"
        );
        body.extend([head.as_bytes(), content, b"\r\n"].concat());
    }
    body.extend(b"--dw-boundary--\r\n");
    let request = browser.server().request(Method::POST, PAGE);
    browser.send(request.header("content-type", "multipart/form-data; boundary=dw-boundary").body(body)).await
}

#[tokio::test]
async fn the_owner_gives_the_organisation_a_look_and_takes_it_back_in_the_console() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    for (name, role) in [("olga", "owner"), ("adam", "admin"), ("vic", "viewer")] {
        acme.user(name, role).await;
    }
    let olga = signed_in(&acme, "olga").await;

    let page = olga.get(PAGE).await.expect(200);
    let typed = [("accent", "#CC0044"), ("support", "help@acme.example"), ("step", "preview")];
    let preview = send_form(&olga, &page, &typed, None).await.expect(200);
    let shades = olga.get(&format!("{PAGE}/preview.css?accent=%23cc0044")).await.expect(200);
    let kept = branding::show(&server.app, &Server::operator(), acme.org).await.unwrap();
    let typed = [("accent", "#CC0044"), ("support", "help@acme.example"), ("step", "save")];
    let saved = send_form(&olga, &page, &typed, Some(("../../etc/logo.svg", &png(64, 32)))).await;
    let (_, after) = olga.follow(PAGE, saved).await;
    let removed = send_form(&olga, &after, &[("accent", ""), ("support", ""), ("remove_logo", "1")], None).await;
    let (_, plain) = olga.follow(PAGE, removed).await;

    assert!(is_neutral(&page), "{}", page.text);
    assert!(preview.text.contains(&format!("href=\"{PAGE}/preview.css?accent=%23cc0044\"")), "{}", preview.text);
    assert!(preview.text.contains("value=\"#CC0044\"") && !preview.text.contains("/brand/"));
    assert!(shades.text.starts_with(".look-page {\n  --accent: light-dark(#cc0044, #"), "{}", shades.text);
    assert!(kept.is_plain(), "a preview writes nothing");
    assert!(is_dressed(&after, acme.org), "{}", after.text);
    assert!(!after.text.contains("etc/logo"), "nobody keeps the name of the file");
    assert!(is_neutral(&plain), "{}", plain.text);
    for name in ["adam", "vic"] {
        let browser = signed_in(&acme, name).await;
        let page = browser.get(PAGE).await.expect(403);
        assert!(!page.text.contains(PAGE), "{name}");
        let form = browser.get("/account").await;
        assert_eq!(browser.submit_to(PAGE, &form, &[("accent", "#cc0044")]).await.status, 403, "{name}");
    }
}

#[tokio::test]
async fn what_is_wrong_in_the_form_is_said_and_what_was_typed_stays() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let olga = signed_in(&acme, "olga").await;
    let page = olga.get(PAGE).await.expect(200);

    for (accent, support, file, said) in [
        ("red", "", None, "Write a colour"),
        ("#cc0044;}*{color:red", "", None, "Write a colour"),
        ("#cc0044", "javascript:alert(1)", None, "Write a page that begins with https://"),
        ("#cc0044", "", Some(SVG), "Choose a PNG, JPEG or WebP picture."),
        ("#cc0044", "", Some(HTML), "Choose a PNG, JPEG or WebP picture."),
        ("#cc0044", "", Some(&png(1025, 64)), "Choose a picture of 16 to 1024 pixels"),
        ("#cc0044", "", Some(&vec![0; 256 * 1024 + 1]), "Choose a picture of at most 256 KiB."),
    ] {
        let fields = [("accent", accent), ("support", support), ("step", "save")];
        let again = send_form(&olga, &page, &fields, file.map(|it| ("logo.png", it))).await.expect(400);

        let text = crate::console_shell::words(&again);
        assert!(text.contains(said), "{accent} {support}: {text}");
        let typed = accent.replace('"', "&#34;");
        assert!(again.text.contains(&format!("name=\"accent\" value=\"{typed}\"")), "{}", again.text);
        assert!(again.text.contains("preview.css") == (accent == "#cc0044"), "{}", again.text);
    }
    assert!(branding::show(&server.app, &Server::operator(), acme.org).await.unwrap().is_plain());
}

#[tokio::test]
async fn two_people_who_change_the_look_at_once_do_not_undo_each_other() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    acme.user("olga", "owner").await;
    let olga = signed_in(&acme, "olga").await;
    let page = olga.get(PAGE).await.expect(200);
    dress(&server, acme.org).await;

    let clash = send_form(&olga, &page, &[("accent", "#00aa55"), ("support", "")], None).await.expect(412);
    let left = send_form(&olga, &page, &[("accent", ""), ("support", "")], None).await.expect(303);

    assert!(clash.text.contains("#cc0044") && clash.text.contains("value=\"#00aa55\""), "{}", clash.text);
    assert_eq!(left.header("location"), Some("/console/organisation/branding?said=branding"));
    let kept = branding::show(&server.app, &Server::operator(), acme.org).await.unwrap();
    assert_eq!((kept.accent.unwrap().to_string().as_str(), kept.version), ("#cc0044", 1));
}

#[tokio::test]
async fn a_look_is_changed_member_by_member_in_the_api_and_recorded_without_the_picture() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    let patch = async |body: Value| server.send(server.api(Method::PATCH, API).json(&body)).await;

    let none = server.send(server.api(Method::GET, API)).await.expect(200).json();
    let colour = patch(json!({ "accent": "#FFEE00" })).await.expect(200).json();
    let same = patch(json!({ "accent": "#ffee00" })).await.expect(200).json();
    let help = patch(json!({ "support": "https://help.acme.example" })).await.expect(200).json();
    let logo = put_logo(&server, "image/png", png(64, 32)).await.expect(200).json();
    let without = patch(json!({ "accent": null })).await.expect(200).json();
    let removed = server.send(server.api(Method::DELETE, LOGO)).await.status;
    let taken_back = server.send(server.api(Method::DELETE, API)).await.status;
    let end = server.send(server.api(Method::GET, API)).await.json();

    assert_eq!(none, json!({ "version": 0, "accent": null, "support": null, "logo": null }));
    assert_eq!((&colour["accent"], &colour["dark"]["accent"]), (&json!("#ffee00"), &json!("#ffee00")));
    assert_ne!(colour["light"]["accent"], "#ffee00", "yellow cannot be read on white");
    assert_eq!((&same["version"], &help["version"]), (&json!(1), &json!(2)), "what stays is no new version");
    assert_eq!((&logo["accent"], &logo["logo"]["media_type"]), (&json!("#ffee00"), &json!("image/png")));
    assert_eq!(
        (&without["accent"], &without["light"], &without["logo"]["width"]),
        (&Value::Null, &Value::Null, &json!(64))
    );
    assert_eq!((removed, taken_back, &end["support"], &end["version"]), (204, 204, &Value::Null, &json!(6)));
    let records = doorward::store::audit::newest(server.app.store.reader(), acme.org, 9).await.unwrap();
    let told: Vec<_> = records.iter().filter(|it| it.action == "organisation.branding_changed").collect();
    assert_eq!(told.len(), 6);
    let picture = told.iter().find(|it| it.changes.contains("sha256") && it.changes.contains("\"new\"")).unwrap();
    let sha256 = logo["logo"]["sha256"].as_str().unwrap();
    assert!(picture.changes.contains(sha256) && picture.changes.len() < 200, "{}", picture.changes);
}

/// A user's SVG is a program (SE-09): what is no picture of three kinds, or more than a picture, is refused whatever it is called.
#[tokio::test]
async fn se_09_what_is_no_picture_is_refused_whatever_it_is_called() {
    let server = Server::start().await;
    server.tenant("acme").await;
    let mut polyglot = png(64, 64);
    polyglot.extend(HTML);

    for (media_type, content, status, said) in [
        ("image/svg+xml", SVG.to_vec(), 415, "image/png, image/jpeg or image/webp"),
        ("text/html", HTML.to_vec(), 415, "image/png, image/jpeg or image/webp"),
        ("image/png", SVG.to_vec(), 400, "logo: send a PNG, JPEG or WebP picture"),
        ("image/png", HTML.to_vec(), 400, "logo: send a PNG, JPEG or WebP picture"),
        ("image/png", polyglot, 400, "with nothing behind its end"),
        ("image/webp", b"GIF89a@\0@\0\0\0\0".to_vec(), 400, "logo: send a PNG, JPEG or WebP picture"),
        ("image/png", png(u32::MAX, u32::MAX), 400, "logo: send a picture of 16 to 1024 pixels"),
        ("image/png", png(8, 8), 400, "logo: send a picture of 16 to 1024 pixels"),
        ("image/png", vec![0; 256 * 1024 + 1], 413, "256 KiB"),
        ("image/png", Vec::new(), 400, "logo: send a PNG, JPEG or WebP picture"),
    ] {
        let reply = put_logo(&server, media_type, content).await.expect(status);

        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(said), "{media_type}: {detail}");
    }
    let body = json!({ "accent": "#fff;}body{background:url(//evil.example)" });
    server.send(server.api(Method::PATCH, API).json(&body)).await.expect(400);
    let shown = server.send(server.api(Method::GET, API)).await.json();
    assert_eq!((&shown["version"], &shown["logo"], &shown["accent"]), (&json!(0), &Value::Null, &Value::Null));
}

#[tokio::test]
async fn stylesheet_and_logo_are_kept_by_browsers_and_can_do_nothing() {
    let server = Server::start().await;
    let acme = server.tenant("acme").await;
    dress(&server, acme.org).await;
    let at = |version: &str, what: &str| format!("/brand/{}/{version}/{what}", acme.org);

    let css = server.get(&at("1", "brand.css")).await.expect(200);
    let logo = server.get(&at("1", "logo")).await.expect(200);

    assert_eq!(css.header("content-type"), Some("text/css; charset=utf-8"));
    assert!(
        css.text.lines().all(|it| it.starts_with(":root {") || it.starts_with("  --") || it == "}"),
        "{}",
        css.text
    );
    assert_eq!((logo.header("content-type"), &logo.bytes), (Some("image/png"), &png(64, 32)));
    assert_eq!(logo.headers["content-disposition"], "inline");
    assert_eq!(logo.headers["content-security-policy"], "default-src 'none'; sandbox");
    for headers in [&css.headers, &logo.headers] {
        assert_eq!(headers["cache-control"], "public, max-age=31536000, immutable");
        assert_eq!(headers["x-content-type-options"], "nosniff");
        assert_eq!(headers["cross-origin-resource-policy"], "same-origin");
    }
    branding::change(&server.app, &Server::operator(), acme.org, BrandChange::NOTHING).await.unwrap();
    let other = server.tenant("other").await;
    for path in [
        at("1", "brand.css"),
        at("1", "logo"),
        at("2", "brand.css"),
        at("2", "logo"),
        at("-1", "logo"),
        at("x", "logo"),
        format!("/brand/{}/0/logo", other.org),
        format!("/brand/{}/0/brand.css", other.org),
        format!("/brand/{}/0/logo", OrgId::new()),
        "/brand/acme/1/logo".to_owned(),
        at("1", "..%2f..%2fassets%2fdoorward.css"),
    ] {
        let reply = server.get(&path).await;
        assert_eq!((reply.status, reply.header("cache-control")), (404, Some("no-store")), "{path}");
    }
}

#[tokio::test]
async fn nobody_sees_or_changes_the_look_of_another_organisation() {
    let stage = Stage::new().await;
    let server = &stage.server;
    let other = server.tenant("other").await;
    dress(server, other.org).await;
    let token = stage.personal_token(&stage.ada, &["read", "write"]).await;
    let before = branding::show(&server.app, &Server::operator(), other.org).await.unwrap();
    let ask = async |method: Method, path: &str, organisation: &str| {
        let path = format!("/api/v1/organisation/branding{path}?organisation={organisation}");
        let request = server.request(method, &path).bearer_auth(&token).header("content-type", "image/png");
        server.send(request.body(png(32, 32))).await.status
    };

    for (method, path) in [(Method::GET, ""), (Method::DELETE, ""), (Method::PUT, "/logo"), (Method::DELETE, "/logo")] {
        assert!(matches!(ask(method.clone(), path, "other").await, 403 | 404), "{method} {path}");
    }
    let actor = stage.ada.actor(None);
    let change = branding::change(&server.app, &actor, other.org, BrandChange::NOTHING).await;

    assert!(matches!(change, Err(doorward::domain::Error::NotFound("organisation"))), "{change:?}");
    assert_eq!(branding::show(&server.app, &Server::operator(), other.org).await.unwrap(), before);
    assert_eq!(ask(Method::PUT, "/logo", "acme").await, 200);
    let browser = stage.browser(&stage.ada).await;
    assert!(!browser.get("/account").await.text.contains(&other.org.to_string()));
}

/// The pages before the person is known are the same for every name, so they belong to nobody.
#[tokio::test]
async fn pages_on_the_way_to_an_application_for_everybody_are_neutral_until_the_person_is_known() {
    let stage = Stage::new().await;
    dress(&stage.server, stage.org.id).await;
    let rp = stage.rp_with(|new| NewClient { first_party: false, ..new }).await;

    let mut seen = Vec::new();
    for name in ["ada@acme.example", "nobody@acme.example"] {
        let browser = Browser::new(&stage.server);
        let (at, first) = browser.visit(&rp.request(&[])).await;
        let reply = browser.submit(&first, &[("username", name)]).await;
        let (at, second) = browser.follow(&at, reply).await;
        let wrong = browser.submit(&second, &[("password", "wrong")]).await;
        let own = hidden_fields(&second.text);
        let without = |page: &Reply| {
            let text = page.text.replace(name, "NAME").replace(at.rsplit('/').next().unwrap(), "ATTEMPT");
            own.iter().fold(text, |text, (_, value)| text.replace(value, "TOKEN"))
        };
        assert!([&first, &second, &wrong].iter().all(|it| is_neutral(it)), "{name}");
        seen.push((without(&second), wrong.status));
    }
    let (_, consent) = stage::sign_in(&Browser::new(&stage.server), &rp.request(&[]), "ada@acme.example").await;

    assert_eq!(seen[0], seen[1]);
    assert!(consent.heading().starts_with("Allow"), "{}", consent.text);
    assert!(is_dressed(&consent, stage.org.id), "{}", consent.text);
}

#[tokio::test]
async fn pages_on_the_way_to_an_application_of_the_organisation_have_its_look_from_the_first() {
    let stage = Stage::new().await;
    dress(&stage.server, stage.org.id).await;
    let rp = stage.rp_with(|new| NewClient { org: Some(stage.org.id), ..new }).await;
    let browser = Browser::new(&stage.server);

    let (at, first) = browser.visit(&rp.request(&[])).await;
    let reply = browser.submit(&first, &[("username", "nobody@acme.example")]).await;
    let (_, second) = browser.follow(&at, reply).await;
    let forgotten = browser.get("/forgot").await;
    let mailed = browser.submit_to("/forgot", &forgotten, &[("username", "nobody@acme.example")]).await;
    let (_, home) = Browser::new(&stage.server).visit("/sign-in").await;
    stage.server.keep_outbox();

    for page in [&first, &second, &forgotten, &mailed] {
        assert!(is_dressed(page, stage.org.id), "{}", page.text);
    }
    assert!(first.text.contains("<title>Sign in – acme</title>"), "{}", first.text);
    assert!(is_neutral(&home), "{}", home.text);
}

#[tokio::test]
async fn links_that_an_organisation_sent_and_pages_behind_the_sign_in_have_its_look() {
    let stage = Stage::new().await;
    let server = &stage.server;
    dress(server, stage.org.id).await;
    let invitee = Invitee {
        address: "ida@mail.example".to_owned(),
        display_name: None,
        role: Some("viewer".parse().unwrap()),
        teams: Vec::new(),
    };
    let (app, operator) = (&server.app, Server::operator());
    let sent = invitations::invite_many(app, &operator, stage.org.id, vec![invitee], Delivery::HandedLink).await;
    let invitation = sent.unwrap().remove(0).result.unwrap().link.unwrap();
    crate::reset::ask(server, "grace@acme.example").await;
    server.run_jobs().await;
    let acme = crate::harness::Tenant { server, org: stage.org.id };
    let connection = acme.connection().await.id;
    let setup = connections::create_setup_link(app, &operator, connection, 7).await.unwrap().url;
    let path = |url: &str| url.trim_start_matches(&server.url).to_owned();

    for link in [path(invitation.reveal()), path(&server.newest_link()), path(setup.reveal())] {
        let (_, page) = Browser::new(server).visit(&link).await;
        assert!(is_dressed(&page, stage.org.id), "{link}: {}", page.text);
    }
    let browser = stage.browser(&stage.ada).await;
    for at in ["/account", "/account/security", "/device", "/console/users", "/console/nowhere", PAGE] {
        let page = browser.get(at).await;
        assert!(page.status == 404 || page.text.contains(&format!("src=\"/brand/{}/1/logo\"", stage.org.id)), "{at}");
    }
    let (_, gone) = Browser::new(server).visit("/reset/dwlt_nonsense").await;
    assert!(is_neutral(&gone), "{}", gone.text);
}

/// What an operator does with the command line.
#[tokio::test]
async fn the_operator_token_names_the_organisation_that_it_gives_a_look() {
    let server = Server::start().await;
    server.tenant("acme").await;
    let nowhere = "/api/v1/organisation/branding?organisation=nowhere";
    let request =
        |path: &str| server.request(Method::PATCH, path).bearer_auth(OPERATOR_TOKEN).json(&json!({ "accent": "#0a5" }));

    let done = server.send(request(API)).await.expect(200).json();

    assert_eq!(done["accent"], "#00aa55");
    assert_eq!(server.send(request(nowhere)).await.status, 404);
    assert_eq!(API, format!("/api/v1{}", in_acme("/organisation/branding")));
}
