//! Which certificate is the key's, and who issued it.
use crate::PfxError;
use msal_proto::CertificateCredential;
use msal_proto::credential::CredentialError;
use p12_keystore::CertificateBag;

/// As many as go into an assertion.
const LONGEST: usize = 10;

/// The key's own certificate, then the issuers of each as far as they are there. The core is the judge of whose it is: a
/// file's own marks (`localKeyId`) may be missing or wrong.
pub(crate) fn of_key(private_key: &[u8], bags: &[CertificateBag]) -> Result<Vec<Vec<u8>>, PfxError> {
    for bag in bags {
        let builder = CertificateCredential::builder(private_key).certificate_der(bag.cert.as_der());
        match builder.build() {
            Ok(_) => return Ok(with_issuers(bag, bags)),
            Err(CredentialError::Certificate(_)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Err(PfxError::NoCertificate)
}

fn with_issuers(own: &CertificateBag, bags: &[CertificateBag]) -> Vec<Vec<u8>> {
    let (mut chain, mut last) = (vec![own], own);
    while chain.len() < LONGEST && last.cert.issuer() != last.cert.subject() {
        let is_issuer = |bag: &&CertificateBag| bag.cert.subject() == last.cert.issuer();
        match bags.iter().find(is_issuer).filter(|issuer| !chain.iter().any(|one| one.cert == issuer.cert)) {
            Some(issuer) => {
                chain.push(issuer);
                last = issuer;
            }
            None => break,
        }
    }
    chain.into_iter().map(|bag| bag.cert.as_der().to_vec()).collect()
}
