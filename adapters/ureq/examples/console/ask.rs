//! Questions to the person at the terminal; where there is none, the answers are lines of the input.
use inquire::list_option::ListOption;
use inquire::{Confirm, InquireError, Password, PasswordDisplayMode, Select, Text};
use std::fmt::Display;
use std::io::{self, IsTerminal, Write};

/// The person does not want to answer (Esc, Ctrl-C, Ctrl-D), or the input has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct NoAnswer;

pub(crate) type Answered<T> = Result<T, NoAnswer>;

/// As many choices are on the screen at once, so that what was said before stays in sight.
const PAGE: usize = 9;

#[derive(Clone, Copy)]
pub(crate) struct Terminal {
    is_terminal: bool,
}

impl Terminal {
    pub(crate) fn new() -> Self {
        Self { is_terminal: io::stdin().is_terminal() && io::stdout().is_terminal() }
    }

    /// One of these. A line is its number, or how it begins.
    pub(crate) fn choose<T: Display>(&self, question: &str, options: Vec<T>) -> Answered<T> {
        self.choose_from(question, options, 0, "Esc goes back")
    }

    /// The same, with the cursor at the one of this place, and what it means to choose none.
    pub(crate) fn choose_from<T: Display>(
        &self,
        question: &str,
        mut options: Vec<T>,
        place: usize,
        none: &str,
    ) -> Answered<T> {
        if self.is_terminal {
            let place = if place < options.len() { place } else { 0 };
            let help = format!("↑↓ and Enter, or type to find it; {none}");
            // What is in a second column is for who chooses.
            let first = |text: String| text.split("  ").next().unwrap_or_default().to_owned();
            let formatter = |chosen: ListOption<&T>| first(chosen.to_string());
            let select = Select::new(question, options).with_page_size(PAGE).with_starting_cursor(place);
            return answered(select.with_formatter(&formatter).with_help_message(&help).prompt());
        }
        loop {
            println!("{question}");
            for (number, option) in (1..).zip(&options) {
                println!("  {number}: {option}");
            }
            let line = read_line()?;
            let is_meant = |(number, option): (usize, &T)| {
                line == number.to_string() || (!line.is_empty() && option.to_string().starts_with(&line))
            };
            match (1..).zip(&options).position(is_meant) {
                Some(place) => return Ok(options.swap_remove(place)),
                None => println!("There is no {line:?} to choose."),
            }
        }
    }

    /// A text. An empty line is the default.
    pub(crate) fn text(&self, question: &str, default: &str) -> Answered<String> {
        self.text_or_one_of(question, default, &[])
    }

    /// The same, with suggestions.
    pub(crate) fn text_or_one_of(&self, question: &str, default: &str, known: &[String]) -> Answered<String> {
        let text = if self.is_terminal {
            let known = known.to_vec();
            let suggestions = move |begun: &str| {
                Ok(known.iter().filter(|one| one.contains(begun) && *one != begun).cloned().collect())
            };
            let text = Text::new(question).with_autocomplete(suggestions);
            let text = if default.is_empty() { text } else { text.with_default(default) };
            answered(text.prompt())?
        } else {
            println!("{question} [{default}]");
            read_line()?
        };
        let text = text.trim();
        Ok(if text.is_empty() { default } else { text }.to_owned())
    }

    /// A text that does not show.
    pub(crate) fn secret(&self, question: &str) -> Answered<String> {
        if self.is_terminal {
            let password = Password::new(question).without_confirmation();
            return answered(password.with_display_mode(PasswordDisplayMode::Masked).prompt());
        }
        println!("{question}");
        read_line()
    }

    /// Yes or no. An empty line is the default.
    pub(crate) fn agree(&self, question: &str, default: bool) -> Answered<bool> {
        if self.is_terminal {
            return answered(Confirm::new(question).with_default(default).prompt());
        }
        println!("{question} {}", if default { "[Y/n]" } else { "[y/N]" });
        let line = read_line()?;
        Ok(if line.is_empty() { default } else { line.starts_with(['y', 'Y']) })
    }
}

fn answered<T>(end: Result<T, InquireError>) -> Answered<T> {
    end.map_err(|error| {
        if !matches!(error, InquireError::OperationCanceled | InquireError::OperationInterrupted) {
            println!("{error}");
        }
        NoAnswer
    })
}

fn read_line() -> Answered<String> {
    let mut line = String::new();
    print!("> ");
    let read = io::stdout().flush().and_then(|()| io::stdin().read_line(&mut line));
    println!();
    match read {
        Ok(1..) => Ok(line.trim().to_owned()),
        _ => Err(NoAnswer),
    }
}
