//! RSA keys whose numbers are wrong.
use crate::support::load;
use msal_proto::credential::CredentialError;
use rsa::pkcs1::der::Encode;
use rsa::pkcs1::{RsaPrivateKey, RsaPrivateKeyRef, UintRef};

const PKCS1: &str = include_str!("../../fixtures/oracle/fixtures/certs/key-pkcs1.pem");

/// A good key of which one number is replaced.
fn changed(change: impl for<'a> Fn(&mut RsaPrivateKeyRef<'a>, UintRef<'a>), number: &[u8]) -> Vec<u8> {
    let der = crate::support::der(PKCS1);
    let mut key = RsaPrivateKeyRef::try_from(der.as_slice()).unwrap();
    change(&mut key, UintRef::new(number).unwrap());
    key.to_der().unwrap()
}

fn refused(der: &[u8]) -> CredentialError {
    load(der).unwrap_err()
}

#[test]
fn the_numbers_are_a_good_key_without_a_change() {
    load(changed(|key, e| key.public_exponent = e, &[1, 0, 1])).unwrap();
}

#[test]
fn crt_08_a_modulus_out_of_bounds_is_refused_at_once() {
    for bits in [1_024, 2_047, 8_193, 16_384, 1_000_000] {
        let mut modulus = vec![0xff; bits / 8];
        if bits % 8 != 0 {
            modulus.insert(0, 0xff >> (8 - bits % 8));
        }
        assert_eq!(refused(&changed(|key, n| key.modulus = n, &modulus)), CredentialError::KeySize { bits });
    }
    for bits in [2_048, 8_192] {
        let der = changed(|key, n| key.modulus = n, &vec![0xff; bits / 8]);
        assert!(matches!(refused(&der), CredentialError::PrivateKey(_)));
    }
}

#[test]
fn crt_08_exponents_that_are_none_are_refused() {
    for e in [&[][..], &[0], &[1], &[2], &[1, 0, 0], &[0xff; 5], &[0xff; 256], &[0xff; 2_000]] {
        assert!(matches!(
            refused(&changed(|key, e| key.public_exponent = e, e)),
            CredentialError::PrivateKey(_)
        ));
    }
    for d in [&[][..], &[1], &[3], &[0xff; 256], &[0xff; 2_000]] {
        assert!(matches!(
            refused(&changed(|key, d| key.private_exponent = d, d)),
            CredentialError::PrivateKey(_)
        ));
    }
}

#[test]
fn crt_08_factors_that_are_none_are_refused() {
    for p in [&[][..], &[1], &[2], &[0xff; 128], &[0xff; 256], &[0xff; 2_000]] {
        assert!(matches!(refused(&changed(|key, p| key.prime1 = p, p)), CredentialError::PrivateKey(_)));
        assert!(matches!(refused(&changed(|key, q| key.prime2 = q, p)), CredentialError::PrivateKey(_)));
    }
}

#[test]
fn crt_08_one_as_a_factor_and_equal_factors_are_refused() {
    let der = crate::support::der(PKCS1);
    let key = RsaPrivateKeyRef::try_from(der.as_slice()).unwrap();
    let one = UintRef::new(&[1]).unwrap();
    let modulus_and_one = RsaPrivateKey { prime1: key.modulus, prime2: one, ..key.clone() };
    assert!(matches!(refused(&modulus_and_one.to_der().unwrap()), CredentialError::PrivateKey(_)));
    let swapped = RsaPrivateKey { prime1: one, prime2: key.modulus, ..key.clone() };
    assert!(matches!(refused(&swapped.to_der().unwrap()), CredentialError::PrivateKey(_)));

    // A square: 3 * 2^1022 squared is over 2^2047.
    let mut factor = vec![0; 128];
    (factor[0], factor[127]) = (0xc0, 1);
    let root = rsa::BoxedUint::from_be_slice(&factor, 2_048).unwrap();
    let square = root.wrapping_mul(&root).to_be_bytes();
    let (square, factor) = (UintRef::new(&square).unwrap(), UintRef::new(&factor).unwrap());
    let equal = RsaPrivateKey { modulus: square, prime1: factor, prime2: factor, ..key };
    assert!(matches!(refused(&equal.to_der().unwrap()), CredentialError::PrivateKey(_)));
}

#[test]
fn crt_08_no_damage_makes_a_panic() {
    let der = crate::support::der(PKCS1);
    for place in (0..der.len()).step_by(5) {
        let mut damaged = der.clone();
        damaged[place] ^= 1 << (place % 8);
        // What is computed anew (the exponents and the coefficient at the end) may be damaged.
        let _ = load(&damaged);
        let _ = load(&der[..place]);
    }
}
