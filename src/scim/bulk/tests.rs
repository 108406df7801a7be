use super::super::ScimType;
use super::super::schema::ENTERPRISE_URN;
use super::*;

const BASE: &str = "https://d.example/scim/v2";

fn bulk(operations: &Value) -> Bulk {
    parse(json!({"schemas": [REQUEST_URN], "Operations": operations})).expect("a bulk request")
}

fn post(name: &str, data: &Value) -> Value {
    json!({"method": "POST", "bulkId": name, "path": "/Users", "data": data})
}

/// Does every operation: what is made is called `id-` and its place. Answers what was handed out.
fn run(bulk: &mut Bulk) -> Vec<(usize, Request)> {
    let mut handed_out = Vec::new();
    while let Some((index, request)) = bulk.next_request() {
        let (status, id) = match &request.deed {
            Deed::Create(_) => (201, format!("id-{index}")),
            Deed::Replace(id, _) | Deed::Patch(id, _) => (200, id.clone()),
            Deed::Delete(id) => (204, id.clone()),
        };
        bulk.record(index, Ok(Done { status, id, version: (status != 204).then_some(1) }));
        handed_out.push((index, request));
    }
    handed_out
}

fn statuses(answer: &Value) -> Vec<&str> {
    answer["Operations"].as_array().expect("a list").iter().map(|it| it["status"].as_str().expect("text")).collect()
}

#[test]
fn a_request_that_is_none_is_refused_whole() {
    let many = |count| json!({"Operations": vec![post("a", &json!({})); count]});
    for (body, status) in [
        (json!({}), 400),
        (json!([]), 400),
        (json!({"Operations": {}}), 400),
        (json!({"Operations": []}), 400),
        (many(1_001), 413),
        (json!({"failOnErrors": 0, "Operations": [1]}), 400),
        (json!({"failOnErrors": -1, "Operations": [1]}), 400),
        (json!({"failOnErrors": "2", "Operations": [1]}), 400),
        (json!({"failOnErrors": 1.5, "Operations": [1]}), 400),
    ] {
        assert_eq!(parse(body.clone()).err().map(|error| error.status), Some(status), "{body}");
    }
    assert!(parse(many(1_000)).is_ok());
    assert!(parse(json!({"failonerrors": null, "operations": [post("a", &json!({}))]})).is_ok());
}

#[test]
fn each_operation_is_read_or_refused_for_itself() {
    let good = json!([
        post("a", &json!({"userName": "a"})),
        {"method": "put", "path": "/Users/1-a", "version": "W/\"3\"", "data": {"userName": "b"}},
        {"Method": "Patch", "Path": "/Groups/2", "Data": {"Operations": []}},
        {"method": "DELETE", "path": "/Groups/3", "version": null, "bulkId": "x"},
    ]);
    let request =
        |resources, deed, if_match: Option<&str>| Request { resources, deed, if_match: if_match.map(str::to_owned) };

    let mut read = bulk(&good);
    let handed_out = run(&mut read);

    assert_eq!(
        handed_out,
        [
            (0, request(&USER, Deed::Create(json!({"userName": "a"})), None)),
            (1, request(&USER, Deed::Replace("1-a".into(), json!({"userName": "b"})), Some("W/\"3\""))),
            (2, request(&GROUP, Deed::Patch("2".into(), json!({"Operations": []})), None)),
            (3, request(&GROUP, Deed::Delete("3".into()), None)),
        ]
    );
    assert_eq!(
        read.render(BASE),
        json!({"schemas": [RESPONSE_URN], "Operations": [
            {"method": "POST", "bulkId": "a", "location": format!("{BASE}/Users/id-0"), "version": "W/\"1\"", "status": "201"},
            {"method": "PUT", "location": format!("{BASE}/Users/1-a"), "version": "W/\"1\"", "status": "200"},
            {"method": "PATCH", "location": format!("{BASE}/Groups/2"), "version": "W/\"1\"", "status": "200"},
            {"method": "DELETE", "bulkId": "x", "location": format!("{BASE}/Groups/3"), "status": "204"},
        ]})
    );
    for bad in [
        json!(1),
        json!({}),
        json!({"method": "GET", "path": "/Users/1"}),
        json!({"method": 1, "path": "/Users/1"}),
        json!({"method": "POST", "path": "/Users", "data": {}}),
        json!({"method": "POST", "bulkId": "", "path": "/Users", "data": {}}),
        json!({"method": "POST", "bulkId": "x".repeat(257), "path": "/Users", "data": {}}),
        json!({"method": "POST", "bulkId": 7, "path": "/Users", "data": {}}),
        json!({"method": "POST", "bulkId": "a", "path": "/Users"}),
        json!({"method": "POST", "bulkId": "a", "path": "/Users", "data": []}),
        json!({"method": "PUT", "path": "/Users/1", "data": null}),
        json!({"method": "DELETE", "path": "/Users/1", "version": 3}),
    ] {
        let mut read = bulk(&json!([bad]));
        assert_eq!(run(&mut read), [], "{bad}");
        let answer = read.render(BASE);
        assert_eq!(statuses(&answer), ["400"], "{bad}");
        assert_eq!(answer["Operations"][0]["response"]["status"], "400");
        let leads_to_one = matches!(bad["method"].as_str(), Some("PUT" | "DELETE"));
        assert_eq!(answer["Operations"][0].get("location").is_some(), leads_to_one, "{bad}");
    }
}

/// SD-10: an operation leads to a user or a group, and nowhere else.
#[test]
fn sd_10_a_path_leads_to_users_and_groups_only() {
    for path in [
        "/Bulk",
        "/Me",
        "/.search",
        "/Users/.search",
        "/Schemas",
        "/ServiceProviderConfig",
        "",
        "/",
        "Users/1",
        "/users/1",
        "http://evil/Users",
        "http://evil/Users/1",
        "//evil/Users/1",
        "https://d.example/scim/v2/Users/1",
        "/../api",
        "/Users/../../api/v1/users/1",
        "/Users/..",
        "/Users/.",
        "/Users/",
        "/Users//1",
        "/Users/1/",
        "/Users/1/x",
        "/Users/%2e%2e",
        "/Users/1?attributes=id",
        "/Users/1#x",
        "/Users/1;x",
        "/Users\\1",
        "/Users/a b",
        "/Users/ä",
        "/Usersx/1",
        "/Users/bulkId:../1",
        "/Users/bulkId:a?x",
        "/scim/v2/Users/1",
    ] {
        for method in ["POST", "PUT", "PATCH", "DELETE"] {
            let operation = json!({"method": method, "bulkId": "a", "path": path, "data": {}});
            let mut read = bulk(&json!([operation]));
            assert_eq!(run(&mut read), [], "{method} {path}");
            let answer = read.render(BASE);
            assert_eq!(statuses(&answer), ["400"], "{method} {path}");
            assert!(!answer.to_string().contains("evil"), "{answer}");
        }
    }
    for (method, path) in [("POST", "/Users/1"), ("PUT", "/Users"), ("PATCH", "/Groups"), ("DELETE", "/Groups")] {
        let mut read = bulk(&json!([{"method": method, "bulkId": "a", "path": path, "data": {}}]));
        assert_eq!(run(&mut read), [], "{method} {path}");
    }
}

#[test]
fn an_operation_waits_for_those_it_refers_to_and_gets_their_ids() {
    let operations = json!([
        {"method": "PATCH", "path": "/Groups/bulkId:team", "data": {"Operations": [
            {"op": "remove", "path": "members[value eq \"bulkId:ada\" or value eq \"x\" or value eq \"bulkId:b o b\"]"},
            {"op": "add", "value": {"members": ["bulkId:ada", {"Value": "bulkId:b o b"}], "displayName": "bulkId:ada"}},
        ]}},
        {"method": "DELETE", "path": "/Users/9"},
        {"method": "POST", "bulkId": "team", "path": "/Groups", "data": {"members": [{"value": "bulkId:ada"}]}},
        post("ada", &json!({"manager": "bulkId:b o b", "title": "bulkId:nobody"})),
        post("b o b", &json!({ENTERPRISE_URN: {"manager": [{"value": "7", "$ref": "bulkId:ada"}]}})),
    ]);

    let handed_out = run(&mut bulk(&operations));

    let order: Vec<usize> = handed_out.iter().map(|(index, _)| *index).collect();
    assert_eq!(order, [1, 4, 3, 2, 0]);
    let data = |place: usize| match &handed_out[place].1.deed {
        Deed::Create(data) | Deed::Patch(_, data) | Deed::Replace(_, data) => data.clone(),
        Deed::Delete(_) => Value::Null,
    };
    assert_eq!(data(2), json!({"manager": "id-4", "title": "bulkId:nobody"}));
    assert_eq!(data(3), json!({"members": [{"value": "id-3"}]}));
    assert!(matches!(&handed_out[4].1.deed, Deed::Patch(id, _) if id == "id-2"));
    assert_eq!(
        data(4),
        json!({"Operations": [
            {"op": "remove", "path": "members[value eq \"id-3\" or value eq \"x\" or value eq \"id-4\"]"},
            {"op": "add", "value": {"members": ["id-3", {"Value": "id-4"}], "displayName": "bulkId:ada"}},
        ]})
    );
}

/// SD-10: references that go round are refused; nothing waits for itself.
#[test]
fn sd_10_references_in_a_circle_are_refused() {
    let reports_to = |name: &str, to: &str| post(name, &json!({"manager": {"value": format!("bulkId:{to}")}}));
    let mut chain: Vec<Value> =
        (0..999).map(|index| reports_to(&format!("p{index}"), &format!("p{}", index + 1))).collect();
    chain.push(reports_to("p999", "p0"));
    let on_the_circle = json!([
        reports_to("a", "b"),
        reports_to("b", "a"),
        reports_to("self", "self"),
        reports_to("after", "a"),
        post("free", &json!({})),
    ]);

    let (mut long, mut mixed) = (bulk(&json!(chain)), bulk(&on_the_circle));

    assert_eq!(run(&mut long), []);
    assert!(statuses(&long.render(BASE)).iter().all(|status| *status == "409"));
    assert_eq!(run(&mut mixed).len(), 1);
    assert_eq!(statuses(&mixed.render(BASE)), ["409", "409", "409", "409", "201"]);
    chain.pop();
    chain.push(post("p999", &json!({})));
    let order: Vec<usize> = run(&mut bulk(&json!(chain))).iter().map(|(index, _)| *index).collect();
    assert!(order.iter().copied().eq((0..1_000).rev()), "a long chain is no circle");
}

#[test]
fn a_reference_to_what_is_not_made_is_refused() {
    let operations = json!([
        post("a", &json!({"manager": "bulkId:nobody"})),
        post("b", &json!({"manager": "bulkId:a"})),
        {"method": "PUT", "bulkId": "c", "path": "/Users/1", "data": {}},
        {"method": "DELETE", "path": "/Users/bulkId:c"},
        post("d", &json!({"userName": "first"})),
        post("d", &json!({"userName": "second"})),
        {"method": "DELETE", "path": "/Users/bulkId:d"},
    ]);

    let mut read = bulk(&operations);
    let handed_out = run(&mut read);

    let answer = read.render(BASE);
    assert_eq!(statuses(&answer), ["400", "409", "200", "400", "201", "400", "204"]);
    assert_eq!(answer["Operations"][0]["response"]["scimType"], ScimType::InvalidValue.as_str());
    assert_eq!(answer["Operations"][1].get("location"), None);
    assert_eq!(answer["Operations"][6]["location"], format!("{BASE}/Users/id-4"));
    assert_eq!(handed_out.last().map(|(_, request)| &request.deed), Some(&Deed::Delete("id-4".into())));
}

#[test]
fn after_so_many_failures_the_rest_is_neither_done_nor_answered() {
    for (fail_on_errors, done, answered) in [(Some(1), 2, 2), (Some(2), 2, 3), (Some(3), 4, 5), (None, 4, 5)] {
        let operations =
            json!([post("a", &json!({})), post("b", &json!({})), 7, post("c", &json!({})), post("d", &json!({}))]);
        let mut read = parse(json!({"failOnErrors": fail_on_errors, "Operations": operations})).expect("a request");

        let mut performed = 0;
        while let Some((index, _)) = read.next_request() {
            performed += 1;
            let made = Done { status: 201, id: "x".into(), version: Some(1) };
            read.record(index, if index == 1 { Err(Error::new(404, "no")) } else { Ok(made) });
        }

        assert_eq!(performed, done, "{fail_on_errors:?}");
        assert_eq!(statuses(&read.render(BASE)).len(), answered, "{fail_on_errors:?}");
    }
}

#[test]
fn every_operation_has_an_outcome_and_one_that_was_not_begun_says_so() {
    let mut all = parse(json!({"failOnErrors": 1, "Operations": [
        post("a", &json!({"userName": "a"})),
        {"method": "DELETE", "path": "/Groups/7"},
        post("b", &json!({"userName": "b"})),
    ]}))
    .expect("a bulk request");
    let (first, _) = all.next_request().expect("an operation");
    all.record(first, Ok(Done { status: 201, id: "id-0".to_owned(), version: Some(1) }));
    let (second, _) = all.next_request().expect("an operation");
    all.record(second, Err(Error::new(404, "there is no such group")));
    assert!(all.next_request().is_none());

    let outcomes = all.outcomes(BASE);

    let told: Vec<(&str, &str)> =
        outcomes.iter().map(|it| (it.resource.as_str(), it.told["status"].as_str().expect("text"))).collect();
    assert_eq!(told, [("/Users/id-0", "201"), ("/Groups/7", "404"), ("/Users", "424")]);
    assert_eq!(outcomes[0].told["location"], format!("{BASE}/Users/id-0"));
    assert_eq!(outcomes[2].told["response"]["status"], "424");
    assert_eq!(answer(&[outcomes[1].told.clone()])["schemas"], json!([RESPONSE_URN]));
}

#[test]
fn a_request_that_came_alone_refers_to_nothing() {
    let data = json!({"displayName": "x", "members": [{"value": "bulkId:a"}]});
    let request = Request { resources: &GROUP, deed: Deed::Create(data), if_match: None };

    let mut alone = alone(request.clone());

    assert_eq!(alone.next_request(), Some((0, request.clone())));
    let done = request.done_to("7".to_owned());
    alone.record(0, Ok(done));
    let told = json!({"method": "POST", "location": format!("{BASE}/Groups/7"), "status": "201"});
    assert_eq!(alone.outcomes(BASE), [Outcome { resource: "/Groups/7".to_owned(), told }]);
}
