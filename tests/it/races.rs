//! What works once works once, also at two nodes at the same moment; and whoever is gone is gone, whatever was under way.
//!
//! Everything here runs on several threads, so that both nodes are really at work together. What each race came to is printed.

use std::collections::BTreeMap;
use std::time::Duration;

use doorward::app::users::{self, OnLastHolder, Person};
use doorward::domain::id::{AttemptId, UserId};
use doorward::domain::secret::{TokenHash, TokenKind};
use doorward::store::attempts::StoredAttempt;
use serde_json::Value;

use crate::gone::call;
use crate::harness::{Browser, PASSWORD, Phone, Reply, Server, Tenant};
use crate::oidc::stage::{self, Rp, Stage, code_grant};

const ROUNDS: usize = 500;
const STEP: Duration = Duration::from_secs(30);
/// So often a password that was given is good for a second factor, a step apart.
const PROOFS: usize = 20;
const TOKEN: &str = "/oauth2/token";

/// An organisation in which everybody needs a second factor.
async fn tenant(server: &Server) -> Tenant<'_> {
    let tenant = server.tenant("acme").await;
    tenant.require_mfa().await;
    tenant.user("olga", "owner").await;
    tenant
}

/// Somebody with an authenticator and ten recovery codes.
async fn enrolled(tenant: &Tenant<'_>, name: &str) -> (UserId, Phone, Vec<String>) {
    let id = tenant.user(name, "viewer").await;
    let browser = Browser::new(tenant.server);
    let (_, page) = browser.sign_in(name, PASSWORD).await;
    let (phone, shown) = browser.confirm(&page).await;
    browser.submit(&shown, &[]).await.expect(303);
    tenant.server.advance(STEP);
    (id, phone, shown.recovery_codes())
}

/// A sign-in that has got as far as its second factor, and can be gone on with in any number of browsers: the password costs
/// more than everything that is raced here.
struct AtCode(String);

impl AtCode {
    async fn of(server: &Server, name: &str) -> Self {
        let browser = Browser::new(server);
        let (_, page) = browser.sign_in(name, PASSWORD).await;
        assert_eq!(page.heading(), "Enter your code", "{}", page.text);
        let token = TokenHash::of(&browser.cookie("dw_pre").unwrap());
        let found = server.app.store.find_attempt(&token, server.app.now()).await.unwrap();
        Self(found.unwrap().state)
    }

    /// A browser at this page of it.
    async fn at<'s>(&self, node: &'s Server, page: &str) -> (Browser<'s>, Reply) {
        let (id, cookie) = (AttemptId::new(), TokenKind::Attempt.generate());
        let expires_at = node.app.now().after(Duration::from_mins(60));
        let row = StoredAttempt { id, state: self.0.clone(), expires_at };
        node.app.store.insert_attempt(&row, &TokenHash::of(cookie.reveal())).await.unwrap();
        let browser = Browser::new(node);
        browser.set_jar(BTreeMap::from([("dw_pre".to_owned(), cookie.reveal().clone())]));
        let shown = browser.get(&format!("/sign-in/{id}{page}")).await.expect(200);
        (browser, shown)
    }
}

/// Gives one second factor in two browsers at once, at two nodes; answers which of them it let in. It is one.
async fn both(nodes: [&Server; 2], sign_in: &AtCode, page: &str, field: (&str, &str)) -> [bool; 2] {
    let (one, first) = sign_in.at(nodes[0], page).await;
    let (two, second) = sign_in.at(nodes[1], page).await;
    let (given, also) = ([field], [field]);
    let (here, there) = tokio::join!(one.submit(&first, &given), two.submit(&second, &also));
    let let_in = [one, two].map(|it| it.cookie("dw_sid").is_some());
    let told = [here, there].map(|it| format!("{} {} {}", it.status, it.heading(), it.problem()));
    assert_eq!(let_in.iter().filter(|it| **it).count(), 1, "{told:?}");
    let_in
}

/// FT-18: a code of an authenticator that is given at two nodes at once lets one of them in, and so it goes five hundred times.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ft_18_one_code_of_an_authenticator_at_two_nodes_lets_one_browser_in() {
    let server = Server::start().await;
    let node = server.node().await;
    for it in [&server, &node] {
        it.keep_outbox();
    }
    let (_, phone, _) = enrolled(&tenant(&server).await, "anna").await;
    let mut sign_in = AtCode::of(&server, "anna").await;
    let mut firsts = 0;

    for round in 0..ROUNDS {
        if round % PROOFS == 0 {
            sign_in = AtCode::of(&server, "anna").await;
        }
        let code = phone.code(&server);
        let let_in = both([&server, &node], &sign_in, "", ("code", &code)).await;
        firsts += usize::from(let_in[0]);
        server.advance(STEP);
    }
    println!("{firsts} of {ROUNDS} at the first node");
}

/// FT-18: the same with recovery codes. Each costs two hashes, so it goes a hundred times, or as often as `DOORWARD_RACE_ROUNDS`
/// says.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ft_18_one_recovery_code_at_two_nodes_lets_one_browser_in() {
    let server = Server::start().await;
    let node = server.node().await;
    for it in [&server, &node] {
        it.keep_outbox();
    }
    let tenant = tenant(&server).await;
    let rounds = std::env::var("DOORWARD_RACE_ROUNDS").ok().and_then(|it| it.parse().ok()).unwrap_or(100);
    let (mut left, mut sign_in, mut firsts): (Vec<String>, Option<AtCode>, usize) = (Vec::new(), None, 0);

    for round in 0..rounds {
        if left.is_empty() {
            let name = format!("anna-{round}");
            left = enrolled(&tenant, &name).await.2;
            sign_in = Some(AtCode::of(&server, &name).await);
        }
        let code = left.pop().unwrap();
        let let_in = both([&server, &node], sign_in.as_ref().unwrap(), "/recovery", ("recovery_code", &code)).await;
        firsts += usize::from(let_in[0]);
        server.advance(STEP);
    }
    println!("{firsts} of {rounds} at the first node");
}

fn text<'v>(tokens: &'v Value, name: &str) -> &'v str {
    tokens[name].as_str().unwrap_or_else(|| panic!("no {name} in {tokens}"))
}

async fn userinfo(node: &Server, tokens: &Value) -> u16 {
    let request = node.request(reqwest::Method::GET, "/oauth2/userinfo");
    node.send(request.bearer_auth(text(tokens, "access_token"))).await.status
}

async fn refresh(node: &Server, rp: &Rp, token: &str) -> Reply {
    call(node, rp, TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", token)]).await
}

/// FT-19: a code that is redeemed at two nodes at once gives tokens once, and whoever has them has nothing: one of the two stole it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ft_19_one_code_at_two_nodes_gives_tokens_once_and_these_are_worth_nothing() {
    let stage = Stage::new().await;
    let node = stage.server.node().await;
    let (rp, browser) = (stage.rp().await, stage.browser(&stage.ada).await);

    for round in 0..ROUNDS {
        let code = stage.code(&rp, &browser).await;
        let grant = code_grant(&code);
        let (one, two) = tokio::join!(call(&stage.server, &rp, TOKEN, &grant), call(&node, &rp, TOKEN, &grant));

        let mut statuses = [one.status, two.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [200, 400], "round {round}");
        let given = if one.status == 200 { one } else { two }.json();
        assert_eq!(userinfo([&stage.server, &node][round % 2], &given).await, 401, "round {round}");
        assert_eq!(refresh(&stage.server, &rp, text(&given, "refresh_token")).await.status, 400, "round {round}");
    }
}

/// FT-19, OP-07: of a refresh token that is exchanged at two nodes at once one successor lives, and the other is worth nothing.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn op_07_ft_19_one_refresh_token_at_two_nodes_has_one_living_successor() {
    let stage = Stage::new().await;
    let node = stage.server.node().await;
    let (rp, browser) = (stage.rp().await, stage.browser(&stage.ada).await);
    let mut twice = 0;

    for round in 0..ROUNDS {
        let code = stage.code(&rp, &browser).await;
        let first = stage.redeem(&rp, &code).await.expect(200).json();
        let token = text(&first, "refresh_token");
        let (one, two) = tokio::join!(refresh(&stage.server, &rp, token), refresh(&node, &rp, token));

        let (mut living, mut dead) = (Vec::new(), Vec::new());
        for answer in [one, two].into_iter().filter(|it| it.status == 200) {
            let kept = if userinfo(&stage.server, &answer.json()).await == 200 { &mut living } else { &mut dead };
            kept.push(answer.json());
        }
        assert_eq!(living.len(), 1, "round {round}");
        refresh(&node, &rp, text(&living[0], "refresh_token")).await.expect(200);
        twice += dead.len();
        for tokens in dead {
            assert_eq!(refresh(&node, &rp, text(&tokens, "refresh_token")).await.status, 400, "round {round}");
        }
    }
    println!("{twice} of {ROUNDS} were answered twice");
}

/// Begins a race a little later than the other side, by another time in every round and up to this long. In every second round
/// it is the other side that waits.
async fn lag(round: usize, is_mine: bool, longest: Duration) {
    if round.is_multiple_of(2) == is_mine {
        let part = u32::try_from(round / 2 % 8).unwrap();
        tokio::time::sleep(longest * part / 8).await;
    }
}

/// How often what raced against a deactivation was still done, and how often it was too late.
#[derive(Debug, Default)]
struct Tally {
    done: usize,
    late: usize,
}

impl Tally {
    fn count(&mut self, is_done: bool) {
        if is_done { self.done += 1 } else { self.late += 1 }
    }
}

/// Deactivates somebody at a node while something else happens; answers what that came to.
async fn against<T>(round: usize, longest: Duration, node: &Server, user: UserId, other: impl Future<Output = T>) -> T {
    let gone = async {
        lag(round, true, longest).await;
        users::deactivate(&node.app, &Server::operator(), user, OnLastHolder::Refuse).await.unwrap();
    };
    let other = async {
        lag(round, false, longest).await;
        other.await
    };
    tokio::join!(gone, other).1
}

async fn back(server: &Server, user: UserId) -> Person {
    users::activate(&server.app, &Server::operator(), user).await.unwrap();
    users::show(&server.app, &Server::operator(), user).await.unwrap()
}

/// What somebody holds who was deactivated while some of it was made, the newest first.
struct Held {
    session: BTreeMap<String, String>,
    tokens: Vec<Value>,
    codes: Vec<String>,
}

impl Held {
    /// What of it still opens something at this node.
    async fn opens(&self, node: &Server, rp: &Rp) -> Vec<&'static str> {
        let mut all = Vec::new();
        let browser = Browser::new(node);
        browser.set_jar(self.session.clone());
        if code_of(&browser.get(&rp.request(&[("prompt", "none")])).await).is_some() {
            all.push("session");
        }
        for tokens in &self.tokens {
            if userinfo(node, tokens).await == 200 {
                all.push("access token");
            }
        }
        all
    }

    /// What of it still gives something; whatever is shown twice ends what came of it, so this is asked once.
    async fn gives(&self, node: &Server, rp: &Rp) -> Vec<&'static str> {
        let mut all = Vec::new();
        for tokens in &self.tokens {
            if refresh(node, rp, text(tokens, "refresh_token")).await.status == 200 {
                all.push("refresh token");
            }
        }
        for code in &self.codes {
            if call(node, rp, TOKEN, &code_grant(code)).await.status == 200 {
                all.push("code");
            }
        }
        all
    }
}

/// FT-24: eight hundred times somebody is deactivated at one node while a code is made or redeemed, or a refresh token
/// exchanged, at the other. From the answer on nothing works that was there before or came of it, also when the person is let
/// in again.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ft_24_no_code_and_no_token_outlives_a_deactivation_that_it_raced_against() {
    let stage = Stage::new().await;
    let node = stage.server.node().await;
    let (rp, nodes) = (stage.rp().await, [&stage.server, &node]);
    for it in nodes {
        it.keep_outbox();
    }
    let (mut grace, user) = (back(&stage.server, stage.grace.user.id).await, stage.grace.user.id);
    let mut tallies: [Tally; 3] = Default::default();

    for round in 0..800 {
        let turn = round / 2 % 3;
        let (held, is_done) = race(&stage, &node, &rp, (round, turn), &grace).await;
        tallies[turn].count(is_done);
        assert_eq!(held.opens(nodes[round % 2], &rp).await, [""; 0], "round {round}");
        // In every other pair of rounds what works once is not tried before the person is back.
        if round % 4 < 2 {
            assert_eq!(held.gives(nodes[round % 2], &rp).await, [""; 0], "round {round}");
        }
        grace = back(&stage.server, user).await;
        assert_eq!(held.opens(nodes[(round + 1) % 2], &rp).await, [""; 0], "round {round}, back again");
        if round % 4 >= 2 {
            assert_eq!(held.gives(nodes[round % 2], &rp).await, [""; 0], "round {round}, back again");
        }
    }
    println!("a code made, a code redeemed, a token exchanged: {tallies:?}");
    for tally in &tallies {
        assert!(tally.done > 0 && tally.late > 0, "no race at all: {tallies:?}");
    }
}

/// Gets hold of what this turn needs and uses it against a deactivation; answers what the person holds then, and whether the
/// use was answered with something.
async fn race(stage: &Stage, node: &Server, rp: &Rp, (round, turn): (usize, usize), person: &Person) -> (Held, bool) {
    const LONGEST: Duration = Duration::from_millis(8);
    let browser = stage.browser(person).await;
    let (session, user) = (browser.jar(), person.user.id);
    if turn == 0 {
        let request = rp.request(&[("prompt", "none")]);
        let code = code_of(&against(round, LONGEST, node, user, browser.get(&request)).await);
        let is_done = code.is_some();
        return (Held { session, tokens: Vec::new(), codes: code.into_iter().collect() }, is_done);
    }
    let code = stage.code(rp, &browser).await;
    let codes = vec![code.clone()];
    if turn == 1 {
        let grant = code_grant(&code);
        let use_it = call(&stage.server, rp, TOKEN, &grant);
        let answer = against(round, LONGEST, node, user, use_it).await;
        let given = (answer.status == 200).then(|| answer.json());
        let is_done = given.is_some();
        return (Held { session, tokens: given.into_iter().collect(), codes }, is_done);
    }
    let first = stage.redeem(rp, &code).await.expect(200).json();
    let use_it = refresh(&stage.server, rp, text(&first, "refresh_token"));
    let answer = against(round, LONGEST, node, user, use_it).await;
    let given = (answer.status == 200).then(|| answer.json());
    let is_done = given.is_some();
    (Held { session, tokens: given.into_iter().chain([first]).collect(), codes }, is_done)
}

/// The code with which an application gets the browser back, if it gets one.
fn code_of(reply: &Reply) -> Option<String> {
    stage::answer(reply).remove("code")
}

/// FT-24: two hundred times somebody is deactivated at one node while the password, or the code of the authenticator, is checked
/// at the other. From the answer on no session is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn ft_24_no_session_outlives_a_deactivation_that_its_sign_in_raced_against() {
    let server = Server::start().await;
    let node = server.node().await;
    for it in [&server, &node] {
        it.keep_outbox();
    }
    let (anna, phone, _) = enrolled(&tenant(&server).await, "anna").await;
    let globex = stage::organisation(&server, "globex").await;
    stage::user(&server, &globex, "root@globex.example", "owner").await;
    let vera = stage::user(&server, &globex, "vera@globex.example", "viewer").await.user.id;
    let mut tallies: [Tally; 2] = Default::default();

    for round in 0..200 {
        // More than anybody has to wait after a try that came too late.
        server.advance(Duration::from_mins(16));
        let turn = round / 2 % 2;
        let (browser, user) = if turn == 0 {
            let browser = Browser::new(&server);
            let (_, page) = browser.identify("vera@globex.example").await;
            let password = [("password", stage::PASSWORD)];
            against(round, Duration::from_millis(120), &node, vera, browser.submit(&page, &password)).await;
            (browser, vera)
        } else {
            let (browser, page) = AtCode::of(&server, "anna").await.at(&server, "").await;
            let code = phone.code(&server);
            against(round, Duration::from_millis(12), &node, anna, browser.submit(&page, &[("code", &code)])).await;
            (browser, anna)
        };
        tallies[turn].count(browser.cookie("dw_sid").is_some());
        // Kept aside, because whoever is not let in may be told to forget it.
        let (elsewhere, jar) = (Browser::new(&node), browser.jar());
        elsewhere.set_jar(jar.clone());
        assert!(!browser.is_signed_in().await && !elsewhere.is_signed_in().await, "round {round}");
        back(&server, user).await;
        elsewhere.set_jar(jar);
        assert!(!elsewhere.is_signed_in().await, "round {round}, back again");
    }
    println!("password, code: {tallies:?}");
    for tally in &tallies {
        assert!(tally.done > 0 && tally.late > 0, "no race at all: {tallies:?}");
    }
}
