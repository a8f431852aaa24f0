//! Signing a person in by authorization code, RFC 6749 section 4.1.
mod answers_elsewhere;
mod callback;
mod callback_parameters;
mod initiate;
mod older_calls;
mod redeem;
mod refused;
