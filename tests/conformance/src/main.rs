//! `msal-conformance`: runs scenarios through msal-proto and compares with what MSAL Python did.

mod command_line;

use std::process::ExitCode;

use command_line::Arguments;
use msal_conformance::by_type::ByType;
use msal_conformance::compare::{self, Difference, Verdict};
use msal_conformance::driver::NotRun;
use msal_conformance::fixtures::Fixtures;
use msal_conformance::replacement::Replacements;
use msal_conformance::run::run;
use msal_conformance::scenario::Scenario;
use msal_conformance::transcript::Transcript;

fn main() -> ExitCode {
    let counts = Arguments::parse().and_then(|arguments| match arguments {
        Some(arguments) => conform(&arguments).map(Some),
        None => Ok(None),
    });
    match counts {
        Err(error) => {
            println!("{error}\n\n{}", command_line::USAGE);
            ExitCode::from(2)
        }
        Ok(None) => {
            println!("{}", command_line::USAGE);
            ExitCode::SUCCESS
        }
        Ok(Some(counts)) => {
            println!("{} passed, {} failed, {} deviate", counts.passed, counts.failed, counts.deviate);
            if counts.failed > 0 { ExitCode::FAILURE } else { ExitCode::SUCCESS }
        }
    }
}

#[derive(Default)]
struct Counts {
    passed: usize,
    failed: usize,
    deviate: usize,
}

fn conform(arguments: &Arguments) -> Result<Counts, String> {
    let by_type = ByType::read()?;
    let replacements = Replacements::read(&command_line::project_file("deviations.toml"))?;
    let fixtures = Fixtures::new(&arguments.fixtures);
    let mut counts = Counts::default();
    for name in arguments.names()? {
        let verdict = one(arguments, &name, &fixtures, &by_type, &replacements);
        match verdict {
            Ok(Verdict::Passed) => counts.passed += 1,
            Ok(Verdict::Deviates(reasons, difference)) => {
                counts.deviate += 1;
                let reasons: Vec<String> = reasons.iter().map(u8::to_string).collect();
                println!("deviate {name} (reason {}): {difference}", reasons.join(", "));
            }
            Ok(Verdict::Failed(difference)) => {
                counts.failed += 1;
                println!("FAILED {name}: {difference}");
            }
            Err(error) => {
                counts.failed += 1;
                println!("FAILED {name}: {error}");
            }
        }
    }
    Ok(counts)
}

/// Runs and compares one scenario.
fn one(
    arguments: &Arguments,
    name: &str,
    fixtures: &Fixtures,
    by_type: &ByType,
    replacements: &Replacements,
) -> Result<Verdict, String> {
    let scenario = Scenario::read(&arguments.scenarios.join(format!("{name}.json")))?;
    let ours = run(&scenario, fixtures, by_type).map_err(|reason| match reason {
        NotRun::NotBuilt(op) => format!("operation not built: {op}"),
        NotRun::Scenario(error) => format!("scenario: {error}"),
    })?;
    if let Some(folder) = &arguments.out {
        ours.write(folder)?;
    }
    let mut goldens = Vec::new();
    for folder in &arguments.goldens {
        let path = folder.join(format!("{name}.json"));
        if path.exists() {
            goldens.push(Transcript::read(&path)?);
        }
    }
    let verdict = compare::compare(&scenario, fixtures, goldens, &ours);
    let (Verdict::Failed(difference), Some((replacement, transcript))) = (&verdict, replacements.of(name)?)
    else {
        return Ok(verdict);
    };
    Ok(match compare::compare(&scenario, fixtures, vec![transcript], &ours) {
        Verdict::Failed(other) => {
            Verdict::Failed(Difference { path: format!("replacement {}", other.path), ..other })
        }
        _ => Verdict::Deviates(replacement.reasons.iter().copied().collect(), difference.clone()),
    })
}
