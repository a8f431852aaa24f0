//! The same flow behind a boundary where types do not reach: FFI, a worker, another process.
use super::{Effect, Env, Flow, Reply, Step, Suspended};
use crate::{Error, Misuse};
use core::{fmt, mem};

/// One flow, `&mut`-driven. A reply names the effect it answers; a reply that does not fit is a
/// [`Misuse`] and changes nothing.
pub struct Session<F: Flow> {
    at: At<F>,
    id: u64,
}

enum At<F: Flow> {
    Effect(Effect, Suspended<F>),
    End(Result<F::Output, Error>),
    /// The end was handed over.
    Taken,
}

impl<F: Flow> Session<F> {
    /// Takes a flow over where it stands.
    pub fn new(step: Step<F>) -> Self {
        Self { at: At::from(step), id: 0 }
    }

    /// What to do now, again and again until it is answered.
    pub fn ask(&self) -> Option<(u64, &Effect)> {
        match &self.at {
            At::Effect(effect, _) => Some((self.id, effect)),
            At::End(_) | At::Taken => None,
        }
    }

    /// Goes on, or says what is wrong and stays as it was. `id` is what [`Session::ask`] gave.
    ///
    /// # Errors
    /// [`Misuse`]: another client's environment, an effect that is not asked now, a reply of another kind,
    /// or a flow that has ended.
    pub fn answer(&mut self, env: &mut Env<'_>, id: u64, reply: Reply) -> Result<(), Misuse> {
        let At::Effect(effect, flow) = &self.at else {
            return Err(Misuse::Finished);
        };
        flow.check(env)?;
        if id != self.id {
            return Err(Misuse::Stale { given: id, current: self.id });
        }
        if !reply.answers(effect) {
            return Err(Misuse::WrongReply { expected: effect.name(), given: reply.name() });
        }
        if let At::Effect(_, flow) = mem::replace(&mut self.at, At::Taken) {
            self.at = At::from(flow.answer(env, reply));
            self.id += 1;
        }
        Ok(())
    }

    /// The end, once.
    pub fn finish(&mut self) -> Option<Result<F::Output, Error>> {
        match mem::replace(&mut self.at, At::Taken) {
            At::End(end) => Some(end),
            at => {
                self.at = at;
                None
            }
        }
    }
}

/// What it asks; of its end nothing.
impl<F: Flow> fmt::Debug for Session<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session").field("asks", &self.ask()).finish_non_exhaustive()
    }
}

impl<F: Flow> From<Step<F>> for At<F> {
    fn from(step: Step<F>) -> Self {
        step.split().map_or_else(Self::End, |(effect, flow)| Self::Effect(effect, flow))
    }
}
