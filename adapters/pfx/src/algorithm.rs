//! Which algorithm it is that is not supported: the library that opens a file does not say.
use der::asn1::{AnyRef, ObjectIdentifier};
use der::{Decode, Reader, SliceReader, Tag, Tagged};

/// A PFX file nests some ten deep.
const DEEPEST: usize = 24;

/// Of what a file may be protected by and is not supported, the names (RFC 7292 appendix C, RFC 8018, RFC 9579).
const NAMES: &[(&str, &str)] = &[
    ("1.2.840.113549.1.12.1.1", "SHA-1 with RC4 of 128 bits"),
    ("1.2.840.113549.1.12.1.2", "SHA-1 with RC4 of 40 bits"),
    ("1.2.840.113549.1.12.1.4", "SHA-1 with 3DES of two keys"),
    ("1.2.840.113549.1.12.1.5", "SHA-1 with RC2 of 128 bits"),
    ("1.2.840.113549.1.5.1", "PBES1, MD2 with DES"),
    ("1.2.840.113549.1.5.3", "PBES1, MD5 with DES"),
    ("1.2.840.113549.1.5.4", "PBES1, MD2 with RC2"),
    ("1.2.840.113549.1.5.6", "PBES1, MD5 with RC2"),
    ("1.2.840.113549.1.5.10", "PBES1, SHA-1 with DES"),
    ("1.2.840.113549.1.5.11", "PBES1, SHA-1 with RC2"),
    ("1.2.840.113549.1.5.14", "PBMAC1"),
    ("1.2.840.113549.1.7.3", "a public key"),
    ("1.2.840.113549.2.5", "a MAC of MD5"),
    ("1.2.840.113549.3.2", "PBES2 with RC2"),
    ("1.3.14.3.2.7", "PBES2 with DES"),
];

/// Its name, else its number.
pub(crate) fn name(oid: &ObjectIdentifier) -> String {
    let number = oid.to_string();
    let known = NAMES.iter().find(|(own, _)| *own == number);
    known.map_or_else(|| format!("an algorithm of the number {number}"), |(_, name)| (*name).to_owned())
}

/// The first of [`NAMES`] in a file.
pub(crate) fn unsupported_in(file: &[u8]) -> String {
    let mut found = None;
    let is_known = |oid: &ObjectIdentifier| NAMES.iter().any(|(own, _)| *own == oid.to_string());
    find(file, DEEPEST, &mut |oid| {
        if found.is_none() && is_known(&oid) {
            found = Some(name(&oid));
        }
    });
    found.unwrap_or_else(|| "an algorithm that has no name here".into())
}

/// Tells of each number in a structure, also in one within octets.
fn find(der: &[u8], depth: usize, tell: &mut impl FnMut(ObjectIdentifier)) {
    let (Some(deeper), Ok(mut reader)) = (depth.checked_sub(1), SliceReader::new(der)) else {
        return;
    };
    while !reader.is_finished() {
        let Ok(value) = AnyRef::decode(&mut reader) else {
            return;
        };
        match value.tag() {
            Tag::ObjectIdentifier => value.decode_as().into_iter().for_each(&mut *tell),
            Tag::OctetString => find(value.value(), deeper, tell),
            tag if tag.is_constructed() => find(value.value(), deeper, tell),
            _ => {}
        }
    }
}
