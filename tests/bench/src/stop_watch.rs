//! The stop-watch and the lines it prints.
use crate::{Failure, PEER};
use rustix::time::{ClockId, clock_gettime};
use serde_json::json;
use std::time::{Duration, Instant};

/// One case of an item.
pub(crate) struct Case<'a> {
    pub(crate) peer: &'a str,
    pub(crate) item: &'a str,
    pub(crate) name: &'a str,
    pub(crate) unit: Unit,
}

#[derive(Clone, Copy)]
pub(crate) enum Unit {
    Nanoseconds,
    Microseconds,
    /// Of so many bytes an operation.
    MegabytesASecond(usize),
}

impl<'a> Case<'a> {
    /// A case of this library's whole flow.
    pub(crate) fn new(item: &'a str, name: &'a str, unit: Unit) -> Self {
        Self { peer: PEER, item, name, unit }
    }

    /// Measures an operation, which gets its running number, and prints the line.
    ///
    /// It runs as often as fills a round, for some rounds: `BENCH_ROUND_S`, `BENCH_ROUNDS`; of these at least three,
    /// then no more after `BENCH_CAP_S`.
    pub(crate) fn measure(
        &self,
        mut operation: impl FnMut(usize) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let (round, cap) = (setting("BENCH_ROUND_S", 0.1), setting("BENCH_CAP_S", 6.0));
        let (most, start, mut number) = (setting("BENCH_ROUNDS", 7.0), Instant::now(), 0);
        let mut time = |times: usize| {
            let (wall, cpu) = (Instant::now(), cpu_time());
            for number in number..number + times {
                operation(number)?;
            }
            number += times;
            Ok::<_, Failure>((wall.elapsed().as_secs_f64(), cpu_time().saturating_sub(cpu).as_secs_f64()))
        };
        let mut times = 1;
        let times = loop {
            let (wall, _) = time(times)?;
            if wall > round / 4.0 || start.elapsed().as_secs_f64() > cap / 3.0 {
                break ((times as f64 * round / wall) as usize).max(1);
            }
            times *= 2;
        };
        let (mut walls, mut cpus) = (Vec::new(), Vec::new());
        while (walls.len() as f64) < most && (walls.len() < 3 || start.elapsed().as_secs_f64() < cap) {
            let (wall, cpu) = time(times)?;
            walls.push(self.unit.of(wall / times as f64));
            cpus.push(self.unit.of(cpu / times as f64));
        }
        self.print(&walls, Some(&cpus));
        Ok(())
    }

    /// Measures five rounds of so many operations each.
    pub(crate) fn measure_rounds(
        &self,
        times: usize,
        mut round: impl FnMut() -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let (mut walls, mut cpus) = (Vec::new(), Vec::new());
        for _ in 0..5 {
            let (wall, cpu) = (Instant::now(), cpu_time());
            round()?;
            walls.push(self.unit.of(wall.elapsed().as_secs_f64() / times as f64));
            cpus.push(self.unit.of(cpu_time().saturating_sub(cpu).as_secs_f64() / times as f64));
        }
        self.print(&walls, Some(&cpus));
        Ok(())
    }

    fn print(&self, walls: &[f64], cpus: Option<&[f64]>) {
        print(self.peer, self.item, self.name, self.unit.as_str(), walls, cpus);
    }
}

impl Unit {
    fn as_str(self) -> &'static str {
        match self {
            Self::Nanoseconds => "ns/op",
            Self::Microseconds => "us/op",
            Self::MegabytesASecond(_) => "MB/s",
        }
    }

    fn of(self, seconds: f64) -> f64 {
        match self {
            Self::Nanoseconds => seconds * 1e9,
            Self::Microseconds => seconds * 1e6,
            Self::MegabytesASecond(bytes) => bytes as f64 / 1e6 / seconds,
        }
    }
}

/// A line as the benchmark's table reads it: values of rounds, wall and CPU.
pub(crate) fn print(peer: &str, item: &str, case: &str, unit: &str, rounds: &[f64], cpu: Option<&[f64]>) {
    let short = |values: &[f64]| values.iter().map(|value| (value * 1e3).round() / 1e3).collect::<Vec<_>>();
    let mut line = json!({"peer": peer, "item": item, "case": case, "unit": unit, "rounds": short(rounds)});
    if let (Some(cpu), Some(line)) = (cpu, line.as_object_mut()) {
        line.insert("cpu".into(), json!(short(cpu)));
    }
    println!("{line}");
}

/// The processor's time that this process has used, all threads together.
fn cpu_time() -> Duration {
    clock_gettime(ClockId::ProcessCPUTime).try_into().unwrap_or_default()
}

fn setting(name: &str, default: f64) -> f64 {
    std::env::var(name).ok().and_then(|value| value.parse().ok()).unwrap_or(default)
}
