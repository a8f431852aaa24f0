//! Files that somebody made to do harm: the row CRT-09, and no panic whatever is in them.
use crate::{PASSPHRASE, file};
use msal_pfx::Pfx;

/// Those that no MAC keeps from being read on, and one of each encryption; how many bytes apart it is tried.
const FILES: [(&[u8], usize); 5] = [
    (file!("no-mac.pfx"), 23),
    (file!("plain.pfx"), 23),
    (file!("modern.pfx"), 83),
    (file!("3des.pfx"), 83),
    (file!("rc2-40.pfx"), 83),
];

#[test]
fn a_file_that_is_cut_off_is_refused() {
    for (file, _) in FILES {
        for length in 0..file.len() {
            assert!(Pfx::open(&file[..length], PASSPHRASE).is_err(), "{length}");
        }
    }
}

#[test]
fn a_file_with_a_byte_changed_does_no_harm() {
    for (file, step) in FILES {
        let changes = [0x01, 0x80, 0xff].into_iter().cycle();
        for (at, change) in (0..file.len()).step_by(step).zip(changes) {
            let mut changed = file.to_vec();
            changed[at] ^= change;
            // It opens where the byte says nothing, such as in a name.
            drop(Pfx::open(&changed, PASSPHRASE));
        }
    }
}

#[test]
fn nesting_without_end_is_refused() {
    for tag in [0x30, 0x31, 0x24, 0xa0] {
        let mut file = vec![];
        for _ in 0..20_000 {
            let length = u32::try_from(file.len()).unwrap().to_be_bytes();
            file.splice(0..0, [tag, 0x84].into_iter().chain(length));
            if file.len() > 200_000 {
                break;
            }
        }
        assert!(Pfx::open(&file, PASSPHRASE).is_err());
    }
}
