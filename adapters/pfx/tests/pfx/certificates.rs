//! Which certificate is the key's, and what else comes out.
use crate::{PASSPHRASE, der, file, key, leaf};
use msal_pfx::{Pfx, PfxError};
use p12_keystore::{Certificate, KeyStore, KeyStoreEntry, PrivateKey, PrivateKeyChain};

/// A file with this key and these certificates in this order, of which the first is marked as the key's.
fn pfx(certificates: &[&[u8]]) -> Vec<u8> {
    let certificates = certificates.iter().map(|pem| Certificate::from_der(&der(pem)).unwrap());
    let key = PrivateKey::from_der(&key()).unwrap();
    let mut store = KeyStore::new();
    store.add_entry("one", KeyStoreEntry::PrivateKeyChain(PrivateKeyChain::new("id", key, certificates)));
    store.writer(PASSPHRASE).write().unwrap()
}

#[test]
fn the_chain_is_in_order_and_without_what_does_not_belong_to_it() {
    let chain = [leaf(), der(file!("intermediate.pem")), der(file!("root.pem"))];
    let pfx = Pfx::open(file!("chain.pfx"), PASSPHRASE).unwrap();
    assert_eq!(pfx.certificates(), chain);
}

#[test]
fn crt_11_the_key_s_certificate_is_found_wherever_it_is_whatever_is_marked() {
    let [root, intermediate, leaf] = [file!("root.pem"), file!("intermediate.pem"), file!("leaf.pem")];
    for order in [[root, intermediate, leaf], [intermediate, leaf, root], [leaf, root, intermediate]] {
        let pfx = Pfx::open(&pfx(&order), PASSPHRASE).unwrap();
        assert_eq!(pfx.certificates(), [leaf, intermediate, root].map(der));
    }
}

#[test]
fn a_chain_ends_where_the_file_does() {
    let pfx = Pfx::open(&pfx(&[file!("root.pem"), file!("leaf.pem")]), PASSPHRASE).unwrap();
    assert_eq!(pfx.certificates(), [leaf()]);
}

#[test]
fn crt_10_a_certificate_of_another_key_is_none() {
    let refused = Pfx::open(&pfx(&[file!("root.pem"), file!("intermediate.pem")]), PASSPHRASE).unwrap_err();
    assert_eq!(refused, PfxError::NoCertificate);
}

#[test]
fn the_public_certificate_is_the_key_s_alone() {
    let pfx = Pfx::open(file!("chain.pfx"), PASSPHRASE).unwrap();
    assert_eq!(pfx.public_certificate().as_bytes(), file!("leaf.pem"));
}
