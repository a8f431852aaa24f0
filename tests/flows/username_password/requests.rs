//! The envelope that asks for a token: what is in it comes out of a parser as it went in.
use super::*;
use msal_proto::engine::{Host, HttpContent};
use roxmltree::Document;

/// The envelope with the text of its elements by local name.
fn sent(world: &Public) -> impl Fn(&str) -> String {
    let text = world.envelope();
    move |name| {
        let document = Document::parse(&text).unwrap();
        let mut found = document.descendants().filter(|node| node.tag_name().name() == name);
        let node = found.next().unwrap_or_else(|| panic!("no {name}"));
        assert!(found.next().is_none() || matches!(name, "Address"), "{name} is there twice");
        assert!(node.children().all(|child| child.is_text()), "{name}");
        node.text().unwrap_or_default().to_owned()
    }
}

fn refused(world: &mut Public, username: &str, password: &str) -> Error {
    world.answers.push_back(Ok(response(500, &fault(None, None))));
    world.call(|app| ask(app, username, password)).unwrap_err()
}

#[test]
fn wst_12_13_a_name_and_a_password_are_nothing_but_text() {
    let odd = [
        "u&<x>",
        "</wsse:Username><wsse:Username>admin",
        "]]>",
        "<![CDATA[x]]>",
        "&lt;",
        "&#60;",
        "'\"",
        " blanks around ",
        "\u{e9}\u{1f511}\u{10ffff}",
        "<!--",
        "?>",
    ];
    for text in odd {
        let mut world = federated(BOTH);
        refused(&mut world, text, text);
        let sent = sent(&world);
        assert_eq!((sent("Username"), sent("Password")), (text.to_owned(), text.to_owned()));
    }
    // A password may have what no name has.
    let mut world = federated(BOTH);
    refused(&mut world, USERNAME, "a\tb\nc\rd\r\n");
    assert_eq!(sent(&world)("Password"), "a\tb\nc\rd\r\n");
}

#[test]
fn wst_13_what_no_xml_can_carry_is_refused_where_it_would_be_needed() {
    for odd in ["\0", "\u{1}", "\u{8}", "\u{b}", "\u{c}", "\u{1f}", "\u{fffe}", "\u{ffff}"] {
        let password = format!("canary{odd}");
        let mut world = World::public().http(200, FEDERATED);
        let error = world.call(|app| ask(app, USERNAME, &password)).unwrap_err();
        assert!(matches!(error, Error::InvalidParameter { parameter: "password", .. }), "{error}");
        assert_eq!(world.requests.len(), 1);
        // A form can carry it.
        let mut world = World::public().http(200, MANAGED).http(200, &tokens(&claims()).to_string());
        world.call(|app| ask(app, USERNAME, &password)).unwrap();
        assert_eq!(world.sent("password"), Some(&*password));
    }
    let mut world = World::public().http(200, FEDERATED);
    let error = world.call(|app| ask(app, "ada\u{ffff}", PASSWORD)).unwrap_err();
    assert!(matches!(error, Error::InvalidParameter { parameter: "username", .. }), "{error}");
}

#[test]
fn wst_14_addresses_actions_and_audiences_are_nothing_but_text() {
    let address = "https://adfs.contoso.example/a&b='c'";
    let metadata =
        BOTH.replace(&format!("Address>{ADDRESS_13}<"), "Address>https://adfs.contoso.example/a&amp;b='c'<");
    let realm = FEDERATED.replace("urn:federation:MicrosoftOnline", "</wsa:Address>&<x>");
    let mut world = World::public().http(200, &realm).http(200, &metadata);
    refused(&mut world, USERNAME, PASSWORD);
    let text = world.envelope();
    let document = Document::parse(&text).unwrap();
    let texts: Vec<_> = document.descendants().filter_map(|node| node.text()).collect();
    assert!(texts.contains(&address) && texts.contains(&"</wsa:Address>&<x>"), "{texts:?}");
    assert_eq!(sent(&world)("To"), address);
    // It is asked under the name that the parser made of it, and told its own (WS-Addressing).
    let metadata =
        BOTH.replace(&format!("Address>{ADDRESS_13}<"), "Address>HTTPS://ADFS.contoso.example/13<");
    let mut upper = federated(&metadata);
    refused(&mut upper, USERNAME, PASSWORD);
    assert_eq!(upper.asked()[2], "https://adfs.contoso.example/13");
    assert!(upper.envelope().contains(">HTTPS://ADFS.contoso.example/13</wsa:To>"));
    // An action that is not one of the two is never sent; see WST-10.
    assert_eq!(sent(&world)("Action"), ACTION_13);
    // What XML cannot carry is no audience.
    let realm = FEDERATED.replace("urn:federation:MicrosoftOnline", "\\u0001");
    let mut world = World::public().http(200, &realm).http(200, BOTH);
    refused(&mut world, USERNAME, PASSWORD);
    assert!(world.envelope().contains("<wsa:Address>urn:federation:MicrosoftOnline</wsa:Address>"));
}

#[test]
fn wst_23_times_are_those_of_the_step_in_utc() {
    for (now, created, expires) in [
        (1_700_000_000, "2023-11-14T22:13:20Z", "2023-11-14T22:23:20Z"),
        (951_782_399, "2000-02-28T23:59:59Z", "2000-02-29T00:09:59Z"),
        (0, "1970-01-01T00:00:00Z", "1970-01-01T00:10:00Z"),
    ] {
        let mut world = World::with(public().build().unwrap());
        world.now = now;
        world = world.http(200, &document(AUTHORITY)).http(200, FEDERATED).http(200, BOTH);
        refused(&mut world, USERNAME, PASSWORD);
        let sent = sent(&world);
        assert_eq!((sent("Created").as_str(), sent("Expires").as_str()), (created, expires));
    }
}

#[test]
fn each_request_has_an_id_of_its_own_and_only_what_it_needs() {
    let mut world = federated(BOTH);
    refused(&mut world, USERNAME, PASSWORD);
    let first = sent(&world)("MessageID");
    let request = world.requests.last().unwrap().clone();
    assert!(matches!(request.content, HttpContent::Xml(_)) && request.form().is_empty());
    let names: Vec<_> = request.headers.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["content-type", "soapaction"]);
    assert_eq!(world.header("content-type"), Some("application/soap+xml; charset=utf-8"));
    assert!(world.requests[1].headers.is_empty(), "{:?}", world.requests[1].headers);
    world.now += 60;
    refused(&mut world, USERNAME, PASSWORD);
    assert_ne!(sent(&world)("MessageID"), first);
    assert!(first.strip_prefix("urn:uuid:").is_some_and(|id| id.len() == 36), "{first}");
    drop(world.env());
}
