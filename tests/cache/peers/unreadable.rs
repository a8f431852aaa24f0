//! Texts that only some libraries take, or none: each is refused with the cache as it was, or comes out as it went in.
use crate::peers::program::Program;
use crate::peers::*;
use crate::support::saved;
use msal_proto::cache::CacheError;

/// MSAL .NET of its beginnings has lists of texts in place of the sections. They are not read, and not lost.
#[test]
fn the_lists_of_early_msal_dotnet_are_kept() {
    let mut program = Program::of_people("dotnet-dictionary");
    assert_eq!(program.accounts(), []);
    let alice = serde_json::from_value(json!({ "home_account_id": ALICE })).unwrap();
    assert_eq!(program.silent("User.Read", &alice), None);
    put(&mut program.cache, [Entry::AccessToken(access_token(json!({})))]);
    let (gone, new) = changes("dotnet-dictionary", &program.cache);
    assert_eq!((gone.len(), new.len()), (0, 1));
}

/// Nobody writes a byte order mark, a trailing comma or zeros after the end: a file that has them was touched by something
/// else. It is refused, as MSAL Python does, and whoever reads the file keeps it aside.
#[test]
fn cac_02_what_is_not_quite_json_is_refused() {
    for file in names() {
        let text = text(file);
        let text = text.trim_end();
        let comma = format!("{},}}", &text[..text.len() - 1]);
        let damaged = [
            format!("\u{feff}{text}"),
            format!("{text}\0\0\0"),
            comma,
            "\0".repeat(64),
            format!("{text}{text}"),
        ];
        for damaged in damaged {
            let mut cache = load(file);
            let before = saved(&cache);
            assert!(matches!(cache.deserialize(&damaged), Err(CacheError::Corrupt(_))), "{file}");
            assert_eq!(saved(&cache), before, "{file}");
        }
    }
}

#[test]
fn cac_02_half_a_file_is_refused() {
    for file in names() {
        let text = text(file);
        for end in (1..text.trim_end().len()).step_by(97).filter(|end| text.is_char_boundary(*end)) {
            assert!(TokenCache::new().deserialize(&text[..end]).is_err(), "{file} up to {end}");
        }
    }
}
