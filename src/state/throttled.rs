//! Answers that say "not now". The same request is answered from memory until it may be sent again.
use super::expiring::Expiring;
use crate::encoding::{base64url, sha256_of_parts};
use crate::engine::{HttpRequest, HttpResponse, UnixTime};
use crate::secret::SecretBytes;
use alloc::{string::String, vec::Vec};
use serde::{Deserialize, Serialize};

/// However long a server says, a client asks again after an hour.
const LONGEST: u64 = 3_600;

/// The longest body that is remembered, in bytes; of a longer one only the status is.
const LONGEST_BODY: usize = 16_384;

/// How long a 400 is remembered for the very same request, in seconds.
const BAD_REQUEST: u64 = 60;

#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Throttled {
    /// Without it a key would let one try passwords against it.
    salt: Option<[u8; 32]>,
    /// Busy servers (429, 5xx, Retry-After), by endpoint, client, scope and account.
    busy: Expiring<(HttpResponse, UnixTime)>,
    /// Refused requests (400), by all that was in them, secrets too: so they stay in this process.
    #[serde(skip)]
    refused: Expiring<(HttpResponse, UnixTime)>,
    /// Federation services that are busy or refuse, by endpoint and user. They may repeat what they were sent, so these
    /// stay in this process, too.
    #[serde(skip)]
    faults: Expiring<(HttpResponse, UnixTime)>,
}

/// What makes a request the same as another.
pub(crate) struct RequestKeys {
    busy: String,
    refused: String,
}

impl Throttled {
    pub(crate) fn is_empty(&self) -> bool {
        self.busy.is_empty() && self.refused.is_empty()
    }

    /// `fresh` becomes the salt if there is none yet.
    pub(crate) fn keys(&mut self, request: &HttpRequest, fresh: impl FnOnce() -> [u8; 32]) -> RequestKeys {
        let salt = *self.salt.get_or_insert_with(fresh);
        let member = |wanted: &str| {
            let found = request.form().iter().find(|(name, _)| name == wanted);
            found.map(|(_, value)| value.expose().as_bytes()).unwrap_or_default()
        };
        let endpoint = request.url.split('?').next().unwrap_or_default().as_bytes();
        let account = ["refresh_token", "code", "username"].into_iter().map(member);
        let account = account.into_iter().find(|value| !value.is_empty()).unwrap_or_default();
        let busy = [&salt[..], b"busy", endpoint, member("client_id"), member("scope"), account];
        let form =
            request.form().iter().flat_map(|(name, value)| [name.as_bytes(), value.expose().as_bytes()]);
        let refused = [&salt[..], b"refused", request.url.as_bytes()].into_iter().chain(form);
        RequestKeys { busy: base64url(sha256_of_parts(busy)), refused: base64url(sha256_of_parts(refused)) }
    }

    /// The answer to give without asking, if there is one, and until when.
    pub(crate) fn answer(&self, keys: &RequestKeys, now: UnixTime) -> Option<&(HttpResponse, UnixTime)> {
        self.refused.get(&keys.refused, now).or_else(|| self.busy.get(&keys.busy, now))
    }

    /// Remembers an answer if it says "not now", and until when. Not to be called with a success: that brings a
    /// token.
    pub(crate) fn note(
        &mut self,
        keys: RequestKeys,
        response: &HttpResponse,
        now: UnixTime,
        default_seconds: u64,
    ) -> Option<UnixTime> {
        if let Some(seconds) = pause(response, now, default_seconds) {
            return put(&mut self.busy, keys.busy, response, now, seconds);
        }
        if response.status == 400 {
            return put(&mut self.refused, keys.refused, response, now, BAD_REQUEST);
        }
        None
    }

    /// Names a user at a federation service.
    pub(crate) fn user_key(
        &mut self,
        address: &str,
        username: &str,
        fresh: impl FnOnce() -> [u8; 32],
    ) -> String {
        let salt = *self.salt.get_or_insert_with(fresh);
        base64url(sha256_of_parts([&salt[..], b"user", address.as_bytes(), username.as_bytes()]))
    }

    /// What the service answers this user without being asked, if there is such, and until when.
    pub(crate) fn fault(&self, user_key: &str, now: UnixTime) -> Option<&(HttpResponse, UnixTime)> {
        self.faults.get(user_key, now)
    }

    /// Remembers what a federation service answered, if it says "not now", and until when. Not to be called with a success.
    pub(crate) fn note_fault(
        &mut self,
        user_key: String,
        response: &HttpResponse,
        now: UnixTime,
        default_seconds: u64,
    ) -> Option<UnixTime> {
        let seconds = pause(response, now, default_seconds)?;
        put(&mut self.faults, user_key, response, now, seconds)
    }
}

/// How many seconds a server wants to be left alone, if it does.
fn pause(response: &HttpResponse, now: UnixTime, default_seconds: u64) -> Option<u64> {
    let retry_after = response.header("retry-after");
    let is_busy = retry_after.is_some() || response.status == 429 || response.status >= 500;
    let seconds = || retry_after.and_then(|text| seconds_to_wait(text, now)).unwrap_or(default_seconds);
    is_busy.then(seconds)
}

fn put(
    map: &mut Expiring<(HttpResponse, UnixTime)>,
    key: String,
    response: &HttpResponse,
    now: UnixTime,
    seconds: u64,
) -> Option<UnixTime> {
    let until = now.saturating_add(seconds);
    if seconds == 0 {
        return None;
    }
    map.put(key, (to_remember(response), until), now, seconds);
    Some(until)
}

/// What it takes to answer again: the headers, cookies among them, are not.
fn to_remember(response: &HttpResponse) -> HttpResponse {
    let HttpResponse { status, ref body, .. } = *response;
    let body = if body.expose().len() > LONGEST_BODY { SecretBytes::default() } else { body.clone() };
    HttpResponse { status, headers: Vec::new(), body }
}

/// `Retry-After` (RFC 9110 section 10.2.3) in seconds, at most an hour; 0 for what is not to be waited for.
/// None for what is neither a whole number nor a date.
fn seconds_to_wait(text: &str, now: UnixTime) -> Option<u64> {
    let text = text.trim();
    let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
    let digits = digits.strip_prefix('+').unwrap_or(digits);
    if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) {
        let seconds = digits.parse().unwrap_or(u64::MAX);
        return Some(if negative { 0 } else { LONGEST.min(seconds) });
    }
    imf_fixdate(text).map(|date| LONGEST.min(date.since(now)))
}

/// `Wed, 21 Oct 2026 07:28:00 GMT` (RFC 9110 section 5.6.7), the one form that is still written.
fn imf_fixdate(text: &str) -> Option<UnixTime> {
    const MONTHS: [&str; 12] =
        ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
    if text.len() != 29 || !text.is_ascii() {
        return None;
    }
    let part = |from: usize, to: usize| text.get(from..to);
    let number = |from, to| {
        part(from, to)
            .filter(|digits| digits.bytes().all(|digit| digit.is_ascii_digit()))?
            .parse::<u64>()
            .ok()
    };
    let separators = [(3, ", "), (7, " "), (11, " "), (16, " "), (19, ":"), (22, ":"), (25, " GMT")];
    if separators.iter().any(|(at, separator)| part(*at, at + separator.len()) != Some(separator)) {
        return None;
    }
    let month = MONTHS.iter().position(|month| part(8, 11) == Some(month))? as u64 + 1;
    let (day, year) = (number(5, 7)?, number(12, 16)?);
    let (hour, minute, second) = (number(17, 19)?, number(20, 22)?, number(23, 25)?);
    if !(1..=31).contains(&day) || year < 1970 || hour > 23 || minute > 59 || second > 60 {
        return None;
    }
    // Days of the proleptic Gregorian calendar, years beginning in March so that the leap day is the last.
    let (year, month) = if month > 2 { (year, month - 3) } else { (year - 1, month + 9) };
    let days = 365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + day - 1;
    let days = days.checked_sub(719_468)?;
    Some(UnixTime(days * 86_400 + hour * 3_600 + minute * 60 + second))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_as_the_rfc_writes_them() {
        assert_eq!(imf_fixdate("Sun, 06 Nov 1994 08:49:37 GMT"), Some(UnixTime(784_111_777)));
        assert_eq!(imf_fixdate("Thu, 01 Jan 1970 00:00:00 GMT"), Some(UnixTime(0)));
        assert_eq!(imf_fixdate("Thu, 29 Feb 2024 23:59:59 GMT"), Some(UnixTime(1_709_251_199)));
        for odd in [
            "Sunday, 06-Nov-94 08:49:37 GMT",
            "Sun Nov  6 08:49:37 1994",
            "",
            "Sun, 06 Nov 1994 08:49:37 UTC",
        ] {
            assert_eq!(imf_fixdate(odd), None, "{odd}");
        }
    }

    #[test]
    fn thr_02_03_04_retry_after_in_every_form() {
        let now = UnixTime(784_111_777);
        let waits = [
            ("5", Some(5)),
            (" 7 ", Some(7)),
            ("0", Some(0)),
            ("-5", Some(0)),
            ("1000000000", Some(3_600)),
            ("999999999999999999999999999999", Some(3_600)),
            ("5.5", None),
            ("abc", None),
            ("", None),
            ("Sun, 06 Nov 1994 08:49:47 GMT", Some(10)),
            ("Sun, 06 Nov 1994 08:49:07 GMT", Some(0)),
            ("Wed, 21 Oct 2099 07:28:00 GMT", Some(3_600)),
        ];
        for (text, seconds) in waits {
            assert_eq!(seconds_to_wait(text, now), seconds, "{text:?}");
        }
    }
}
