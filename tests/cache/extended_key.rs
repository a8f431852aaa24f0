//! `ext_cache_key`: vectors of MSAL Python 1.39, MSAL Go, MSAL Node, MSAL Java and MSAL .NET.
use msal_proto::cache::{ExtCacheKey, ext_cache_key};

type Vector = (&'static [(&'static str, &'static str)], &'static str, Option<&'static str>);

/// The members, the digest with lengths, and the one without where it is known; as they are before they are made lower
/// case, where that is known.
const VECTORS: [Vector; 5] = [
    (
        &[("key1", "value1"), ("key2", "value2")],
        "latlWKPEWb_a0RcSMJVKECQt0_HuuMKw4SFLZOciIkE",
        Some("bNs2ytmX5hxKH4FnfIxrIdMezPBBAYhnmuh6t4bbgHI"),
    ),
    (
        &[("key4", "value4"), ("key3", "value3")],
        "jjoe9jgfmdtnj0rzuetsqy7kzs2m1xfnjjxwsfxsrxq",
        Some("3-Rg6_wyjx5Bcy0C3CQQ7GAJtzGsQY3oXQpWj4Y8k4U"),
    ),
    (
        &[("key3", "value3"), ("key4", "value4"), ("key5", "value5"), ("key6", "value6"), ("key7", "value7")],
        "prrdp31y37ufw3lo7hly0oimjjvg_34m9ji30ocu4tw",
        None,
    ),
    (
        &[("fmi_path", "SomeFmiPath/FmiCredentialPath")],
        "cojvFy5tZae3nJPKVceBguvVx5vvMNJ8hPHQRbOgjOI",
        Some("zm2n0E62zwTsnNsozptLsoOoB_C7i-GfpxHYQQINJUw"),
    ),
    (&[("client_claims", "{\"a\": 1}")], "T_xFnLfnJJX5xYwdWVvucXa13KPjhqoS_byYWc-D_cg", None),
];

#[test]
fn vectors_of_other_libraries() {
    for (members, netstring, plain) in VECTORS {
        let key = ExtCacheKey::new(members.iter().copied()).unwrap();
        assert_eq!(key.netstring(), netstring.to_lowercase(), "{members:?}");
        assert_eq!(ext_cache_key(members.iter().copied()).as_deref(), Some(key.netstring()));
        if let Some(plain) = plain {
            assert_eq!(key.plain(), plain.to_lowercase(), "{members:?}");
        }
    }
}

#[test]
fn names_and_values_cannot_run_into_each_other() {
    assert_ne!(ext_cache_key([("fmi_path", "value")]), ext_cache_key([("fmi_pat", "hvalue")]));
    assert_ne!(ext_cache_key([("a", "1"), ("b", "2")]), ext_cache_key([("a", "11:b1:2")]));
}

#[test]
fn the_protocols_own_members_and_empty_ones_do_not_count() {
    let excluded = [
        "client_id",
        "grant_type",
        "scope",
        "claims",
        "username",
        "password",
        "refresh_token",
        "code",
        "redirect_uri",
        "code_verifier",
        "device_code",
        "assertion",
        "requested_token_use",
        "client_assertion",
        "client_assertion_type",
        "client_secret",
        "token_type",
        "req_cnf",
        "key_id",
        "user_federated_identity_credential",
        "user_id",
        "client_info",
    ];
    for name in excluded {
        assert_eq!(ext_cache_key([(name, "x")]), None, "{name}");
    }
    assert_eq!(ext_cache_key([("fmi_path", "")]), None);
    assert_eq!(ExtCacheKey::new([("fmi_path", ""), ("scope", "s")]), None);
    assert_eq!(ext_cache_key([("scope", "s"), ("a", "1"), ("b", "")]), ext_cache_key([("a", "1")]));
}
