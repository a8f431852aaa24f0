//! How a file may be protected.
use crate::{PASSPHRASE, file, key, leaf};
use msal_pfx::Pfx;

fn opens(file: &[u8], passphrase: &str) {
    let pfx = Pfx::open(file, passphrase).unwrap();
    assert_eq!(pfx.private_key(), key());
    assert_eq!(pfx.certificates(), [leaf()]);
    pfx.credential().build().unwrap();
}

#[test]
fn pbes2_with_aes_and_a_mac_of_sha_2() {
    opens(file!("modern.pfx"), PASSPHRASE);
    opens(file!("aes128-sha512.pfx"), PASSPHRASE);
}

#[test]
fn sha_1_with_3des() {
    opens(file!("3des.pfx"), PASSPHRASE);
}

#[test]
fn sha_1_with_rc2_of_40_bits() {
    opens(file!("rc2-40.pfx"), PASSPHRASE);
}

#[test]
fn without_a_passphrase() {
    for file in [file!("modern-empty.pfx"), file!("3des-empty.pfx"), file!("rc2-40-empty.pfx")] {
        opens(file, "");
    }
}

#[test]
fn without_encryption_and_without_a_mac() {
    opens(file!("plain.pfx"), PASSPHRASE);
    opens(file!("no-mac.pfx"), PASSPHRASE);
}

#[test]
fn a_passphrase_in_any_script() {
    opens(file!("unicode.pfx"), "pässwörd € ☃");
}
