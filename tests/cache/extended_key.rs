//! `ext_cache_key`: vectors of MSAL Python 1.39, MSAL Go and MSAL Java.
use msal_proto::cache::ext_cache_key;

#[test]
fn vectors_of_other_libraries() {
    let key = |pairs: &[(&str, &str)]| ext_cache_key(pairs.iter().copied());
    let vectors: [(&[(&str, &str)], &str); 5] = [
        (&[("key1", "value1"), ("key2", "value2")], "latlwkpewb_a0rcsmjvkecqt0_huumkw4sflzociike"),
        (&[("key4", "value4"), ("key3", "value3")], "jjoe9jgfmdtnj0rzuetsqy7kzs2m1xfnjjxwsfxsrxq"),
        (
            &[
                ("key3", "value3"),
                ("key4", "value4"),
                ("key5", "value5"),
                ("key6", "value6"),
                ("key7", "value7"),
            ],
            "prrdp31y37ufw3lo7hly0oimjjvg_34m9ji30ocu4tw",
        ),
        (&[("fmi_path", "SomeFmiPath/FmiCredentialPath")], "cojvfy5tzae3njpkvcebguvvx5vvmnj8hphqrbogjoi"),
        (&[("client_claims", "{\"a\": 1}")], "t_xfnlfnjjx5xywdwvvucxa13kpjhqos_byywc-d_cg"),
    ];
    for (components, expected) in vectors {
        assert_eq!(key(components).as_deref(), Some(expected), "{components:?}");
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
    assert_eq!(ext_cache_key([("scope", "s"), ("a", "1"), ("b", "")]), ext_cache_key([("a", "1")]));
}
