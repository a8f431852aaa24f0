//! Times as a person says them.
use msal_proto::engine::UnixTime;

/// From now on or ago: `in 59 min`, `3 h 5 min ago`.
pub(crate) fn in_words(time: UnixTime, now: UnixTime) -> String {
    match (time.since(now), now.since(time)) {
        (0, 0) => "now".into(),
        (0, ago) => format!("{} ago", duration(ago)),
        (left, _) => format!("in {}", duration(left)),
    }
}

/// Its two largest parts at most.
fn duration(seconds: u64) -> String {
    const MINUTE: u64 = 60;
    const HOUR: u64 = 60 * MINUTE;
    const DAY: u64 = 24 * HOUR;
    let of_two = |large, large_name, small, small_name| match (seconds / large, seconds % large / small) {
        (large, 0) => format!("{large} {large_name}"),
        (large, small) => format!("{large} {large_name} {small} {small_name}"),
    };
    match seconds {
        0..MINUTE => format!("{seconds} s"),
        MINUTE..HOUR => format!("{} min", seconds / MINUTE),
        HOUR..DAY => of_two(HOUR, "h", MINUTE, "min"),
        _ => of_two(DAY, "d", HOUR, "h"),
    }
}
