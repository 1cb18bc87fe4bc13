//! A policy's expiration: `expiration` in v1.0; `durationInDays` and `expirationDateTime` in beta (rule J5).

use assignment_request::{Expiration, ExpirationType, Moment, Period};

use crate::decode::schedule::read_expiration;
use crate::json::Reader;
use crate::{ReadCode, ReadError};

const EXPIRATION: &str = "expiration";
const DAYS: &str = "durationInDays";
const END: &str = "expirationDateTime";

/// The members that say how long access lasts, as far as they were read.
#[derive(Debug, Default)]
pub(super) struct PolicyExpiration {
    expiration: Option<Expiration>,
    days: Option<u32>,
    end: Option<Moment>,
    /// Which of [`EXPIRATION`] and [`DAYS`] came last, and where.
    last: Option<(&'static str, usize)>,
}

impl PolicyExpiration {
    /// Reads the value of one of the three members.
    pub(super) fn read_member(&mut self, reader: &mut Reader<'_>, name: &str) -> Result<(), ReadError> {
        match name {
            DAYS => {
                self.days = reader.count()?;
                self.last = Some((DAYS, reader.member_at()));
                if self.end.is_some() && self.duration().is_some() {
                    return Err(reader.conflict(END));
                }
            }
            END => {
                self.end = reader.moment()?;
                if self.end.is_some() && self.duration().is_some() {
                    return Err(reader.conflict(DAYS));
                }
            }
            _ => {
                self.expiration = read_expiration(reader)?;
                self.last = Some((EXPIRATION, reader.member_at()));
            }
        }
        match (self.expiration, self.beta()) {
            (Some(expiration), Some(beta)) if expiration != beta => {
                let beta_name = if self.end.is_some() { END } else { DAYS };
                Err(reader.conflict(if name == EXPIRATION { beta_name } else { EXPIRATION }))
            }
            _ => Ok(()),
        }
    }

    /// What all members together say.
    ///
    /// # Errors
    ///
    /// `conflictingMembers` where `durationInDays` says that access does not end, and `expiration` that it does. This
    /// depends on there being no `expirationDateTime`, so it is told last, as a missing member is.
    pub(super) fn finish(&self, reader: &Reader<'_>) -> Result<Expiration, ReadError> {
        if let Some(beta) = self.beta() {
            return Ok(beta);
        }
        let no_end =
            self.days.map(|_| Expiration { kind: ExpirationType::NoExpiration, ..Expiration::NOT_SPECIFIED });
        match (self.expiration, no_end, self.last) {
            (Some(expiration), Some(_), Some((last, at))) if ends(&expiration) => {
                let other = if last == DAYS { EXPIRATION } else { DAYS };
                let message = format!("contradicts `{other}`");
                Err(reader.error_elsewhere(ReadCode::ConflictingMembers, last.to_owned(), at, message))
            }
            (expiration, no_end, _) => Ok(expiration.or(no_end).unwrap_or(Expiration::NOT_SPECIFIED)),
        }
    }

    /// The end that the beta members say, if they say one.
    fn beta(&self) -> Option<Expiration> {
        let none = Expiration::NOT_SPECIFIED;
        match (self.end, self.duration()) {
            (Some(end), _) => {
                Some(Expiration { kind: ExpirationType::AfterDateTime, end: Some(end), ..none })
            }
            (None, Some(duration)) => {
                Some(Expiration { kind: ExpirationType::AfterDuration, duration: Some(duration), ..none })
            }
            (None, None) => None,
        }
    }

    /// The duration that `durationInDays` says; zero days are no end.
    fn duration(&self) -> Option<Period> {
        self.days.filter(|days| *days > 0).map(Period::from_days)
    }
}

/// Whether access with this expiration ends by itself.
const fn ends(expiration: &Expiration) -> bool {
    match expiration.kind {
        ExpirationType::AfterDateTime | ExpirationType::AfterDuration => true,
        ExpirationType::NotSpecified | ExpirationType::NoExpiration => false,
    }
}
